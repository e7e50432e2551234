#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Instructions that each reader executes for a byte of its seeds, as callgrind counts them: at most those below, three to four times what
# an ordinary build took. fuzz/work.c bounds the same readers' work for any input; this one sees what happens inside a block, too. What
# reads keys has the crypto library's checks of them in it, and rules_load its hash, which OpenSSL looks up by name at the first use.
#
# Usage: check_work.sh ROOT FOLDER     with the replay programs
set -u
root=${1:?} folder=${2:?}
command -v valgrind > /dev/null || { echo "skipped: there is no valgrind"; exit 77; }
failed=0

# reader TARGET FUNCTION MOST
reader() {
    counted=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$2" "$folder/replay_$1" "$root/fuzz/seeds/$1" 2>&1 |
        sed -n 's/.*Collected : //p')
    bytes=$(cat "$root/fuzz/seeds/$1"/* | wc -c)
    if [ "${counted:-0}" -eq 0 ]; then
        echo "$2: nothing was counted"
        failed=1
        return
    fi
    echo "$2: $((counted / bytes)) instructions a byte, of at most $3"
    [ $((counted / bytes)) -le "$3" ] || failed=1
}

reader bearer bearer_token 40
reader jws jws_split 120
reader json json_validate_value 300
reader json document_parse 400
reader jwks keyset_parse 250000
reader pem pem_next 80
reader pem asn1_key_read 250000
reader form form_parse 300
reader iam rules_load 6000
reader iam lint 400
reader path resource_from_path 500
reader pattern pattern_match 80
reader pattern patterns_compile 200
reader pattern patterns_match 30
reader revoked revoked_parse 1600
reader discovery fnt_discovery 250
reader verify fnt_verify 100000
exit $failed
