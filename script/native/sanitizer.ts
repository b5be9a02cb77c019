// What programs that were built with AddressSanitizer need to know.

import { join } from 'node:path';

import { isCheckout, src } from './layout';
import { llvm } from './pins';

import type { Flavour } from './layout';

const symbolizer = isCheckout
  ? join(src, 'third_party', 'llvm-build', 'Release+Asserts', 'bin', 'llvm-symbolizer')
  : `/usr/lib/llvm-${llvm}/bin/llvm-symbolizer`;

/** Without a symbolizer a report is a list of addresses. */
export const sanitizerEnvironment = (flavour: Flavour): NodeJS.ProcessEnv =>
  flavour === 'asan' ? { ASAN_SYMBOLIZER_PATH: symbolizer } : {};
