// SPDX-License-Identifier: MIT

//go:build cgo

/*
Package fntoken verifies, decides about, exchanges and mints Function Tokens of
OpenFaaS. The C library libfntoken does the work: it opens nothing, starts no
goroutine and calls nothing back. Package fntoken/fnthttp puts it before an
[net/http.Handler] and behind an [net/http.Client].

The shortest useful program, with the issuer's JWKS at hand:

	keys, err := fntoken.ParseKeySet(jwks)
	if err != nil {
		return err
	}
	defer keys.Close()
	verifier, err := fntoken.NewVerifier("https://gateway.example.com", keys, fntoken.CacheEntries(1000))
	if err != nil {
		return err
	}
	defer verifier.Close()
	err = verifier.Authorize(r.Header["Authorization"], "openfaas-fn:env", time.Time{})

Only a nil error is yes. Every error is an [*Error]: it has the [Status], which
[errors.Is] finds, and a report for the operator.

# Objects

[KeySet], [Key], [Verifier], [Token], [Revocations], [Patterns], [IAM] and
[TokenService] hold memory of C. Close releases it: at once, or when the last
call that is under way in another goroutine has returned. Close may be called
again, and an object that was closed answers [ErrClosed]. What is given to
another object is shared, so yours may be closed at any time. An object that is
dropped without Close is released when the garbage collector finds it, which is
late, as it sees a few bytes of Go and none of C; [Leaked] counts those.

All objects may be used by any number of goroutines at once.

# Texts

Documents are []byte, everything else is string; both may hold any bytes. An
Authorization header is what [net/http.Header] has under that name: no value
means that there was no header, several are refused.

# Time

The times that functions take are compared in whole seconds. The zero
[time.Time] means the clock's time; programs other than tests have no use for
another one.
*/
package fntoken
