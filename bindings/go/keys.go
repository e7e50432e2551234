// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_keyset_parse
#cgo noescape fnt_keyset_parse
#cgo nocallback fnt_keyset_jwks
#cgo noescape fnt_keyset_jwks
#cgo nocallback fnt_key_parse
#cgo noescape fnt_key_parse
#cgo nocallback fnt_key_generate
#cgo noescape fnt_key_generate
#cgo nocallback fnt_key_id
#cgo noescape fnt_key_id
#cgo nocallback fnt_key_export
#cgo noescape fnt_key_export
*/
import "C"

import (
	"strings"
)

// Algorithm is a signature algorithm (RFC 7518, 3.1; RFC 8037), or several of
// them joined by |.
type Algorithm int32

const (
	ES256 Algorithm = C.FNT_ES256 // what Function Tokens are signed with
	ES384 Algorithm = C.FNT_ES384
	ES512 Algorithm = C.FNT_ES512
	RS256 Algorithm = C.FNT_RS256
	RS384 Algorithm = C.FNT_RS384
	RS512 Algorithm = C.FNT_RS512
	PS256 Algorithm = C.FNT_PS256
	PS384 Algorithm = C.FNT_PS384
	PS512 Algorithm = C.FNT_PS512
	HS256 Algorithm = C.FNT_HS256
	HS384 Algorithm = C.FNT_HS384
	HS512 Algorithm = C.FNT_HS512
	EdDSA Algorithm = C.FNT_EDDSA // not in every build
)

// ParseAlgorithms reads names with blanks between them: "ES256 RS256".
func ParseAlgorithms(names string) (Algorithm, error) {
	known := map[string]Algorithm{"ES256": ES256, "ES384": ES384, "ES512": ES512, "RS256": RS256, "RS384": RS384, "RS512": RS512,
		"PS256": PS256, "PS384": PS384, "PS512": PS512, "HS256": HS256, "HS384": HS384, "HS512": HS512, "EdDSA": EdDSA}
	var all Algorithm
	for _, name := range strings.Fields(names) {
		if known[name] == 0 {
			return 0, &Error{Status: FaultUnsupported, said: "unknown algorithm; one as in RFC 7518 is expected, ES256"}
		}
		all |= known[name]
	}
	return all, nil
}

// KeySet holds public keys to verify with. It never changes.
type KeySet struct {
	handle[*C.fnt_keyset]
	report []byte
}

// ParseKeySet reads a JWKS or one JWK (RFC 7517), or PEM blocks one after
// another: at most 1000 keys in 1 MiB. Private halves are dropped, keys that
// can't be used are skipped; Report says so. HS* keys are skipped.
//
// The error is [FaultKey] where nothing is usable.
func ParseKeySet(text []byte) (*KeySet, error) { return parseKeySet(text, 0) }

// ParseSymmetricKeySet is ParseKeySet that takes HS* keys as well.
func ParseSymmetricKeySet(text []byte) (*KeySet, error) {
	return parseKeySet(text, C.FNT_ALLOW_SYMMETRIC)
}

func parseKeySet(text []byte, flags C.int32_t) (*KeySet, error) {
	var made *C.fnt_keyset
	report := newReport()
	defer C.fnt_report_free(report)
	at, size := dataOf(text)
	if err := failed(C.fnt_keyset_parse(at, size, flags, &made, report), report); err != nil {
		return nil, err
	}
	keys := &KeySet{report: takeReport(report)}
	keys.hold(made, func(at *C.fnt_keyset) { C.fnt_keyset_free(at) })
	return keys, nil
}

// JWKS is the keyset as a JWKS (RFC 7517, 5), to publish. It holds no secret.
func (k *KeySet) JWKS() ([]byte, error) {
	at := k.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer k.native.leave()
	var text *C.char
	var size C.size_t
	if err := failed(C.fnt_keyset_jwks(at, &text, &size), nil); err != nil {
		return nil, err
	}
	return takeBytes(text, size), nil
}

// Report is what was skipped, dropped or noted when the keys were read.
func (k *KeySet) Report() []Entry { return entriesOf(k.report) }

// Close releases it; verifiers that it was given to keep it.
func (k *KeySet) Close() { k.close() }

// Key is a private key, or an HS* secret, and the one algorithm that it signs
// with. It never changes.
type Key struct {
	handle[*C.fnt_key]
}

func keyOf(made *C.fnt_key) *Key {
	key := new(Key)
	key.hold(made, func(at *C.fnt_key) { C.fnt_key_free(at) })
	return key
}

// ParseKey reads a private JWK, or PEM with exactly one private block. algorithm
// 0: as the JWK says, else as the curve demands, RS256 for RSA.
func ParseKey(text []byte, algorithm Algorithm) (*Key, error) {
	var made *C.fnt_key
	report := newReport()
	defer C.fnt_report_free(report)
	at, size := dataOf(text)
	if err := failed(C.fnt_key_parse(at, size, C.int32_t(algorithm), &made, report), report); err != nil {
		return nil, err
	}
	return keyOf(made), nil
}

// GenerateKey makes a new key: EC on the algorithm's curve, RSA with 2048 bits.
func GenerateKey(algorithm Algorithm) (*Key, error) {
	var made *C.fnt_key
	if err := failed(C.fnt_key_generate(C.int32_t(algorithm), &made), nil); err != nil {
		return nil, err
	}
	return keyOf(made), nil
}

// ID is the kid of its JWK, else its thumbprint (RFC 7638); "" after Close.
func (k *Key) ID() string {
	at := k.native.enter()
	if at == nil {
		return ""
	}
	defer k.native.leave()
	var size C.size_t
	text := C.fnt_key_id(at, &size)
	return borrowed(text, size)
}

func (k *Key) export(form C.int32_t) ([]byte, error) {
	at := k.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer k.native.leave()
	var text *C.char
	var size C.size_t
	if err := failed(C.fnt_key_export(at, form, &text, &size), nil); err != nil {
		return nil, err
	}
	return takeBytes(text, size), nil
}

// PrivatePEM is the whole key, not encrypted: for a file that its owner alone
// can read. Go keeps the copy until it is collected.
func (k *Key) PrivatePEM() ([]byte, error) { return k.export(C.FNT_PRIVATE_PEM) }

// PublicPEM is the public half, SPKI.
func (k *Key) PublicPEM() ([]byte, error) { return k.export(C.FNT_PUBLIC_PEM) }

// PublicJWK is the public half as one JWK with kid, use and alg.
func (k *Key) PublicJWK() ([]byte, error) { return k.export(C.FNT_PUBLIC_JWK) }

// Close wipes and releases it; services that it was given to keep it.
func (k *Key) Close() { k.close() }

// Revocations are tokens that are refused before their time. They never change.
type Revocations struct {
	handle[*C.fnt_revoked]
}

// ParseRevocations reads a list of revocations as docs/revocation.md has it:
// JSON Lines, at most 100000 entries in 16 MiB. nil has none.
func ParseRevocations(text []byte) (*Revocations, error) {
	var made *C.fnt_revoked
	report := newReport()
	defer C.fnt_report_free(report)
	at, size := dataOf(text)
	if err := failed(C.fnt_revoked_parse(at, size, &made, report), report); err != nil {
		return nil, err
	}
	revoked := new(Revocations)
	revoked.hold(made, func(at *C.fnt_revoked) { C.fnt_revoked_free(at) })
	return revoked, nil
}

// Close releases it; verifiers and services that it was given to keep it.
func (r *Revocations) Close() { r.close() }

// use is for a keyset that may be absent.
func use(keys *KeySet) (used[*C.fnt_keyset], error) {
	if keys == nil {
		return used[*C.fnt_keyset]{}, nil
	}
	given := used[*C.fnt_keyset]{keys.native}
	if !given.enter() {
		return given, ErrClosed
	}
	return given, nil
}
