# shellcheck shell=bash
# What the scripts share: sourced, never run.

# shellcheck disable=SC2034  # for the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() { say "$*"; exit 1; }

# need [PACKAGE[:COMMAND]]...: what a script asks for, once and first: Swift, which has to be there; Debian's packages for
# Swift's own programs and for the build; and the packages named, each where its command (or file), of the package's
# name by default, is missing. What is missing is installed with one call of apt-get, and named where that can't be.
# shellcheck disable=SC2120  # the packages are optional
need() {
  local packages=() swift wanted what
  command -v swift >/dev/null || fail "Swift 6.2 or newer is needed and 'swift' is not on the PATH; see https://www.swift.org/install/linux/"
  swift=$(dirname "$(readlink -f "$(command -v swift)")")
  mapfile -t packages < <(packages_of_swift "$swift"; packages_of_build "$swift")
  for wanted in "$@"; do
    what=${wanted#*:}
    [ -e "$what" ] || command -v "$what" >/dev/null || packages+=("${wanted%%:*}")
  done
  install "${packages[@]}"
  check_swift
}

# packages_of_swift FOLDER: Debian's package for each library that Swift's programs and libraries there do not find.
packages_of_swift() {
  local library
  command -v ldd >/dev/null || return 0
  ldd "$1"/{swift-build,lld,clang} "$1"/../lib/swift/linux/libFoundation{Networking,XML}.so 2>/dev/null |
    sed -n 's/^[[:space:]]*\(.*\) => not found$/\1/p' | sort -u | while read -r library; do
    case "$library" in
      libncurses.so.6) echo libncurses6 ;;
      libtinfo.so.6) echo libtinfo6 ;;
      libsqlite3.so.0) echo libsqlite3-0 ;;
      libcurl.so.4) echo libcurl4 ;;
      libxml2.so.2) echo libxml2 ;;
      libedit.so.2) echo libedit2 ;;
      libz.so.1) echo zlib1g ;;
      libuuid.so.1) echo libuuid1 ;;
      *) say "Swift needs the library $library, and it is not there" ;;
    esac
  done
}

# packages_of_build FOLDER: what the build needs beside Swift: libssl, libyaml and RE2 with their headers and archives,
# found through pkg-config, and the archive of the C++ library that Swift's own and RE2 are made with.
packages_of_build() {
  local library
  command -v pkg-config >/dev/null || echo pkg-config
  for library in openssl:libssl-dev yaml-0.1:libyaml-dev re2:libre2-dev; do
    pkg-config --exists "${library%%:*}" 2>/dev/null || echo "${library#*:}"
  done
  [ -e "$("$1/clang" -print-file-name=libstdc++.a 2>/dev/null)" ] || echo g++
}

# install PACKAGE...: with apt-get, with sudo where not root. Says what it costs before it does it.
install() {
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these Debian packages, or what they hold, are missing: $*"
  local as_root=() line="apt-get update && apt-get install --no-install-recommends $*"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "missing: $*. This user can't install them; an administrator can, with: $line"
    as_root=(sudo)
  fi
  say "installing with apt-get: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 ||
    fail "apt-get update failed (above); an administrator can install what is missing with: $line"
  # Without a response apt-get says what it would do, and ends.
  "${as_root[@]}" env LC_ALL=C apt-get install --assume-no --no-install-recommends "$@" 2>/dev/null |
    grep -E '^(Need to get|After this operation)' >&2 || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 ||
    fail "apt-get install failed (above); an administrator can install what is missing with: $line"
}

# Swift is the one thing that is never installed from here. One that can't start says why itself.
check_swift() {
  local said version
  said=$(swift --version 2>&1) || fail "'swift --version' failed; fix that first (https://www.swift.org/install/linux/ lists what Swift needs). It said: $said"
  version=$(sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' <<<"$said" | head -n 1)
  if [ -z "$version" ] || [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
    fail "Swift 6.2 or newer is needed; 'swift --version' says: ${version:-$said}"
  fi
}

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# need_venv FOLDER REQUIREMENTS [OPTION...]: makes FOLDER with these packages, or makes it again when they or the Python have
# changed.
need_venv() {
  local folder=$1 requirements=$2 python stamp
  shift 2
  python=$(find_python) || fail "Python 3.11 or newer is needed; looked for python3 and python3.11 to python3.14"
  stamp=$({ "$python" --version; cat "$requirements"; } | sha256sum)
  [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ] && return
  say "making $folder with the packages of $requirements"
  rm -rf "$folder"
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" -r "$requirements"
  printf '%s\n' "$stamp" >"$folder/stamp"
}

# packages_of_venv: Debian's packages for a Python that makes virtual environments, where it is missing or does not.
packages_of_venv() {
  local python
  if python=$(find_python); then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || "$python" -c 'import sys; print("python%d.%d-venv:" % sys.version_info[:2])'
  else
    printf '%s\n' python3: python3-venv:
  fi
}

# say_costs MINUTES SIZE: what a first build takes, said where nothing is built yet.
say_costs() {
  [ -d "$root/.build" ] || say "nothing is built yet: this takes about $1 minutes on 2 CPUs, and $2 of disk in .build; later runs build what has changed"
}

# The release build: one file that holds Swift's libraries, libssl, libyaml and RE2. It is ready in half the time that one
# needs which is linked when it starts, and in half the memory. lld comes with Swift.
build_release() {
  local library libraries=()
  # RE2 from 2023 on depends on libraries of its own, which pkg-config names.
  for library in $(pkg-config --static --libs-only-l re2); do libraries+=(-Xlinker "$library"); done
  swift build -c release --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld "${libraries[@]}" \
    --product redirect-emulator
}
release_binary() { printf '%s/redirect-emulator\n' "$(swift build -c release --show-bin-path)"; }
