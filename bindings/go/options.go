// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

// #include "native.h"
import "C"

import "time"

// Option is a setting of a [Verifier], a [TokenService] or both. One that is
// out of its range is [FaultArgument], one of the other's is [FaultUnsupported].
// Durations count in whole seconds, rounded down.
type Option struct {
	number   C.int32_t
	value    int64
	audience *string
}

func seconds(number C.int32_t, d time.Duration) Option {
	return Option{number: number, value: int64(d / time.Second)}
}

// Audience of a verifier is what aud must be or hold, instead of the issuer. An
// empty one is refused.
func Audience(audience string) Option { return Option{audience: &audience} }

// Leeway is the grace for exp and nbf, of a verifier and a service: 0 to 300 s, 1 s without it.
func Leeway(d time.Duration) Option { return seconds(C.FNT_OPT_LEEWAY, d) }

// MaxAge is the most time since iat, which is then required, of a verifier and a
// service: to 31536000 s; 0, as without it: any.
func MaxAge(d time.Duration) Option { return seconds(C.FNT_OPT_MAX_AGE, d) }

// MaxLifetime is the most time from iat, then required, to exp, of a verifier
// and a service: to 31536000 s; 0, as without it: any.
func MaxLifetime(d time.Duration) Option { return seconds(C.FNT_OPT_MAX_LIFETIME, d) }

// MaxBytes is the longest token, of a verifier and a service: 1 to 1048576, 16384 without it.
func MaxBytes(n int64) Option { return Option{number: C.FNT_OPT_MAX_BYTES, value: n} }

// Algorithms is what may sign, of a verifier and a service. Without it a
// verifier takes ES256 alone, a service every asymmetric one.
func Algorithms(a Algorithm) Option { return Option{number: C.FNT_OPT_ALGORITHMS, value: int64(a)} }

// AnyKind lets a verifier's Verify yield API tokens, ID tokens and access
// tokens too. They never authorise.
func AnyKind() Option { return Option{number: C.FNT_OPT_ANY_KIND, value: 1} }

// CacheEntries is the most tokens in a verifier's cache: to 1048576; 0, as without it: no cache.
func CacheEntries(n int64) Option { return Option{number: C.FNT_OPT_CACHE_ENTRIES, value: n} }

// CacheBytes is the most memory of a verifier's cache; 0, as without it: 4096 for each entry.
func CacheBytes(n int64) Option { return Option{number: C.FNT_OPT_CACHE_BYTES, value: n} }

// MaxTTL is how long what a service issues may live: 1 s to 31536000 s, 12 h without it.
func MaxTTL(d time.Duration) Option { return seconds(C.FNT_OPT_MAX_TTL, d) }

// CapAtSubject lets nothing that a service issues outlive the subject token.
func CapAtSubject() Option { return Option{number: C.FNT_OPT_CAP_AT_SUBJECT, value: 1} }

// Narrowing lets a service take a Function Token, to make a narrower one.
func Narrowing() Option { return Option{number: C.FNT_OPT_NARROWING, value: 1} }

// MaxHeaderBytes is the longest header of a token, in bytes of JSON, of a
// verifier and a service: 64 to 1048576, 4096 without it.
func MaxHeaderBytes(n int64) Option { return Option{number: C.FNT_OPT_MAX_HEADER_BYTES, value: n} }

// MaxHeaderNames is the most names in it, at any depth: 1 to 1000, 32 without it.
func MaxHeaderNames(n int64) Option { return Option{number: C.FNT_OPT_MAX_HEADER_NAMES, value: n} }

func apply(options []Option, set func(C.int32_t, C.int64_t) C.fnt_status) error {
	for _, option := range options {
		if option.number == 0 {
			continue
		}
		if err := failed(set(option.number, C.int64_t(option.value)), nil); err != nil {
			return err
		}
	}
	return nil
}

// clock is the second of a time; the zero time stands for the clock's.
func clock(now time.Time) C.int64_t {
	if now.IsZero() {
		return C.GO_CLOCK
	}
	return C.int64_t(now.Unix())
}

// second is clock for a call that does not read the clock itself.
func second(now time.Time) C.int64_t {
	if now.IsZero() {
		now = time.Now()
	}
	return C.int64_t(now.Unix())
}
