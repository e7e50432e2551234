#!/bin/sh
# SPDX-License-Identifier: MIT
# What a shell offers for the beginning of a command line is what the help of the program and the manual pages have.
# Usage: completions.sh SHELL SCRIPTS FNTOKEN MANUAL     SCRIPTS: tools/completions; MANUAL: docs/man; exit 77 where there is no such shell
set -u
shell=$1 scripts=$2 fntoken=$(realpath "$3") manual=$4
command -v "$shell" >/dev/null || { echo "$shell is not installed: nothing was tried"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
cd "$work" || exit 2
ln -s "$fntoken" fntoken
PATH=$work:$PATH
mkdir folder
touch keys.json token.txt
wrong=0 tried=0

# offers WORD...: what is offered for the last of them, a line each.
offers() {
    case $shell in
    bash)
        bash --norc -c '. "$0" && COMP_WORDS=(fntoken "$@") && COMP_CWORD=$# && _fntoken fntoken && printf "%s\n" "${COMPREPLY[@]}"' \
            "$scripts/fntoken.bash" "$@"
        ;;
    zsh) # what zsh would be told: its own functions for that need a terminal
        zsh -f -c '
            say() { local line; for line in "$@"; do [[ ${line%%:*} == $words[CURRENT]* ]] && print -r -- "${line%%:*}"; done }
            _describe() { [[ $1 == -o ]] && shift; say "${(@P)2}" }
            _files() { local word=$words[CURRENT]; print -rl -- ${word#*=}*(N) }
            compset() { true }
            _message() { true }
            script=$1; shift
            words=(fntoken "$@") CURRENT=$(( $# + 1 ))
            set -- && source $script' - "$scripts/_fntoken" "$@"
        ;;
    fish)
        HOME=$work fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$scripts/fntoken.fish" "fntoken $*" | cut -f 1
        ;;
    esac
}

# expect NAME EXPECTED WORD...: lines in any order
expect() {
    name=$1
    printf '%s\n' $2 | sed '/^$/d' | sort > want
    shift 2
    offers "$@" 2> err | sed '/^$/d' | sort > got
    tried=$((tried + 1))
    cmp -s want got && [ ! -s err ] && return
    printf '%s, %s: expected\n%s\nand was offered\n%s\n' "$shell" "$name" "$(cat want)" "$(cat got err)"
    wrong=$((wrong + 1))
}

commands=$(sed -n 's/^\.It Xr fntoken-\([a-z]*\) 1$/\1/p' "$manual/fntoken.1")
begin=
[ "$shell" = bash ] && begin='--help --version'
expect 'commands' "$commands help version $begin" ''
expect 'the beginning of a command' 'mint match' m
expect 'what help is of' "$commands" help ''
for command in $commands; do
    expect "$command --" "$(sed -n 's/^\.It Fl Fl \([a-z\\-]*\).*/--\1/p' "$manual/fntoken-$command.1" | tr -d "\\\\")" "$command" --
done
expect 'the beginning of an option' '--json --jwks' authorize --j
expect 'a file' keys.json verify --jwks k
expect 'a file of keys' token.txt jwks t
expect 'a file behind a flag' keys.json keygen --force k
expect 'algorithms' 'RS256 RS384 RS512' keygen --alg RS
expect 'nothing for a URL' '' authorize --issuer k
if [ "$shell" = bash ]; then
    expect 'a value behind =' keys.json verify --jwks = k
    expect 'an empty value behind =' 'ES256 ES384 ES512' keygen --alg = ES
    expect 'a file behind an issuer' keys.json exchange --trust https://idp.example.com = k
elif [ "$shell" = zsh ]; then
    expect 'a file behind an issuer' keys.json exchange --trust https://idp.example.com=k
fi
[ "$tried" -gt 20 ] || { echo "only $tried were tried"; wrong=1; }
echo "completions: $tried of $shell, $wrong wrong"
[ "$wrong" -eq 0 ]
