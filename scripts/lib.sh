# shellcheck shell=bash
# Sourced by the other scripts: where things are, how to speak, how to find a Python.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
HA_OLDEST=2025.4.4
HA_NEWEST=2026.11.0

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# works PYTHON LEAST - it runs (a pyenv shim may not), is of LEAST's series and not older than LEAST,
# and can make virtual environments.
works() {
    "$1" - "$2" >/dev/null 2>&1 <<'PY'
import ctypes, ensurepip, sqlite3, ssl, sys, venv
least = tuple(map(int, sys.argv[1].split(".")))
sys.exit(not (sys.version_info[:2] == least[:2] and sys.version_info[:3] >= least))
PY
}

# find_python LEAST - prints an interpreter like 3.14.2: from PATH, /opt or pyenv.
find_python() {
    local series candidate
    series=$(cut -d. -f1,2 <<<"$1")
    for candidate in "python$series" python3 "/opt/python$series/bin/python$series" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$series".*/bin/python; do
        if works "$candidate" "$1"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

# find_uv - prints a working uv: from PATH, else from an environment of its own.
find_uv() {
    local uv=$ROOT/.venv-tools/bin/uv python
    if uv --version >/dev/null 2>&1; then
        command -v uv
        return
    fi
    if ! "$uv" --version >/dev/null 2>&1; then
        python=$(any_python) || die "no Python 3.9 or newer was found, not even to fetch uv; install Python 3.13"
        say "fetching uv"
        rm -rf "$ROOT/.venv-tools"
        "$python" -m venv "$ROOT/.venv-tools"
        "$ROOT/.venv-tools/bin/python" -m pip -qq install --disable-pip-version-check uv >&2
    fi
    echo "$uv"
}

any_python() {
    local least
    for least in 3.13.0 3.14.0 3.12.0 3.11.0 3.10.0 3.9.0; do
        find_python "$least" && return
    done
    return 1
}

# need_python LEAST WHY - like find_python, but lets uv install one, or says what is missing.
need_python() {
    local series uv
    find_python "$1" && return
    series=$(cut -d. -f1,2 <<<"$1")
    uv=$(find_uv)
    if python=$("$uv" python find --no-project "$series" 2>/dev/null) && works "$python" "$1"; then
        echo "$python"
        return
    fi
    say "installing Python $series with uv"
    if "$uv" python install "$series" >&2 && python=$("$uv" python find --no-project "$series") &&
        works "$python" "$1"; then
        echo "$python"
        return
    fi
    die "$2 needs Python $1 or a newer $series. None was found on PATH, in /opt or under ~/.pyenv/versions," \
        "and uv could not install one. Install it (for instance: pyenv install $series) and run this again."
}

# python_of_ha VERSION - prints the least Python that this Home Assistant runs on.
python_of_ha() {
    local year month
    IFS=. read -r year month _ <<<"$1"
    if ((year * 12 + month >= 2026 * 12 + 3)); then echo 3.14.2; else echo 3.13.0; fi
}

# default_ha - prints the newest Home Assistant that a Python of this machine can run.
default_ha() {
    if find_python "$(python_of_ha "$HA_NEWEST")" >/dev/null; then echo "$HA_NEWEST"; else echo "$HA_OLDEST"; fi
}
