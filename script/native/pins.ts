// What the native tree is made of. Changing anything here makes every built tree out of date (tree.ts).

/** Debian 12's own source package of the Chromium branch that DEPS pins: the version, and the patches that fit it. */
export const debianVersion = '150.0.7871.100-1~deb12u1';

export const chromiumVersion = debianVersion.replace(/-.*/, '');

/** Whose patches of gin, V8, BoringSSL and Node the tree has. */
export const electronVersion = '43.4.1';

/**
 * Node and what Debian takes out of it, as source packages. The nearest that Debian has to the 24.18.1 that Electron
 * pins.
 */
export const nodePackages = {
  nodejs: '24.21.0+dfsg+~cs24.13.4-1',
  'ada-url': '3.4.4-1',
  'c-ares': '1.34.8-1',
  'libhdr-histogram': '0.11.8-4',
  libuv1: '1.50.0-2',
  llhttp: '9.3.3~really9.3.0+~cs12.11.8-4',
  nghttp2: '1.70.0-1',
  simdjson: '3.0.1-1'
};

/** What Node bundles of npm, and what writes llhttp's C. */
export const nodeModules = {
  acorn: '8.18.0',
  'acorn-walk': '8.3.5',
  amaro: '1.1.11',
  llparse: '7.3.0',
  minimatch: '10.2.6',
  tsx: '4.23.15',
  undici: '7.29.1'
};

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
  'libzstd-dev',
  'zlib1g-dev'
];

/** Patches of Debian's series that are not for this machine, or for an older Rust or clang than the ones above. */
export const unwantedPatches =
  /^(ppc64le|loongarch64|i386|ungoogled|rust-1\.85)\/|^(debianization\/clang-version|trixie\/adler1|trixie\/rust-no-alloc-shim)\.patch$/;
