# shellcheck shell=bash
# What the scripts share: sourced, never run.

# shellcheck disable=SC2034  # for the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() { say "$*"; exit 1; }

# Swift is the one thing that is never installed from here.
need_swift() {
  command -v swift >/dev/null || fail "Swift 6.2 or newer is needed and 'swift' is not on the PATH; see https://www.swift.org/install/linux/"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  if [ -z "$version" ] || [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
    fail "Swift 6.2 or newer is needed; 'swift --version' says ${version:-nothing that could be read}"
  fi
}

# need_packages PACKAGE...: installs with apt-get, with sudo where not root. Called with what is missing, and only then.
need_packages() {
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these Debian packages, or what they hold, are missing: $*"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "missing: $*; not root and no sudo to install them with"
    as_root=(sudo)
  fi
  say "installing with apt-get: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# What the Swift build needs beside Swift: libssl, libyaml and RE2 with their headers and archives, found through
# pkg-config, and the archive of the C++ library that Swift's own and RE2 are made with. Nothing else is fetched.
need_build_packages() {
  local missing=() library
  command -v pkg-config >/dev/null || missing+=(pkg-config)
  for library in openssl:libssl-dev yaml-0.1:libyaml-dev re2:libre2-dev; do
    if ! command -v pkg-config >/dev/null || ! pkg-config --exists "${library%%:*}"; then
      missing+=("${library#*:}")
    fi
  done
  [ -e "$("$(dirname "$(readlink -f "$(command -v swift)")")/clang" -print-file-name=libstdc++.a)" ] || missing+=(g++)
  need_packages "${missing[@]}"
}

# The release build: one file that holds Swift's libraries, libssl, libyaml and RE2. It is ready in half the time that one
# needs which is linked when it starts, and in half the memory. lld comes with Swift.
build_release() {
  local library libraries=()
  # RE2 from 2023 on stands on libraries of its own, which pkg-config names.
  for library in $(pkg-config --static --libs-only-l re2); do libraries+=(-Xlinker "$library"); done
  swift build -c release --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld "${libraries[@]}" \
    --product redirect-emulator
}
release_binary() { printf '%s/redirect-emulator\n' "$(swift build -c release --show-bin-path)"; }
