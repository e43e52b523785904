# Sourced by the scripts beside it: how a part of the operating system is brought in.

say() { printf '%s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

# install_system DEBIAN_PACKAGES BREW_ARGUMENTS: 0 where it was installed. Without the rights it says what to type, and fails.
install_system() {
    if have apt-get; then
        as_root=""
        if [ "$(id -u)" -ne 0 ]; then
            if have sudo && sudo -n true 2>/dev/null; then as_root="sudo -n"; else
                say "Please type:  sudo apt-get update && sudo apt-get install -y $1"
                return 1
            fi
        fi
        say "Installing with apt-get: $1"
        # shellcheck disable=SC2086  (several packages, and no word where we are root already)
        if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $1; } >&2; then
            say "apt-get failed. When what it says above is mended, please type:  sudo apt-get install -y $1"
            return 1
        fi
    elif have brew; then
        say "Installing with brew: $2"
        # shellcheck disable=SC2086
        if ! brew install $2 >&2; then
            say "brew failed. When what it says above is mended, please type:  brew install $2"
            return 1
        fi
    else
        say "Please install it by hand. Debian, Ubuntu:  sudo apt-get install -y $1"
        say "macOS, with Homebrew from https://brew.sh:  brew install $2"
        return 1
    fi
}
