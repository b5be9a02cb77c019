// What the native tree is made of. Changing anything here makes every built tree out of date (tree.ts).

/** Debian 12's own source package of the Chromium branch that DEPS pins: the version, and the patches that fit it. */
export const debianVersion = '150.0.7871.100-1~deb12u1';

export const chromiumVersion = debianVersion.replace(/-.*/, '');

/** GN's source package, of Debian 13. */
export const gnVersion = '0.0~git20250430.487f835-1';

/** The major version of clang, lld, and libc++ that build it. */
export const llvm = '22';

/** Everything Debian has to have installed. */
export const packages = [
  `clang-${llvm}`,
  `lld-${llvm}`,
  `llvm-${llvm}`,
  `libc++-${llvm}-dev`,
  `libc++abi-${llvm}-dev`,
  `libclang-rt-${llvm}-dev`,
  'rustc-web',
  'rustfmt-web',
  'ninja-build',
  'gperf',
  'patch',
  'pkg-config',
  'python3',
  'xz-utils',
  'libdouble-conversion-dev',
  'libfontconfig-dev',
  'libglib2.0-dev',
  'libicu-dev',
  'libnss3-dev',
  'zlib1g-dev'
];

/** Patches of Debian's series that are not for this machine, or for an older Rust or clang than the ones above. */
export const unwantedPatches =
  /^(ppc64le|loongarch64|i386|ungoogled|rust-1\.85)\/|^(debianization\/clang-version|trixie\/adler1|trixie\/rust-no-alloc-shim)\.patch$/;
