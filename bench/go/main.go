// SPDX-License-Identifier: MIT

// Bench tells what a decision costs in Go: beside the same loop in C for a token
// that was seen before, beside golang-jwt for a new one, all in turn in one run.
// With -check it fails where the first takes more than 3 times C's time, or, with
// OpenSSL, the second more than golang-jwt's.
package main

/*
#cgo pkg-config: fntoken
#include <fntoken/fntoken.h>
#include <time.h>

static double c_nanoseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

// A call's nanoseconds of CPU; below 0 where one is refused.
static double c_cached(fnt_verifier *verifier, const char *header, size_t len, int times)
{
	double began = c_nanoseconds();
	for (int i = 0; i < times; i++) {
		if (fnt_authorize(verifier, header, len, "dev:env", 7, (int64_t)time(NULL), NULL, NULL) != FNT_OK)
			return -1;
	}
	return (c_nanoseconds() - began) / times;
}

static fnt_verifier *c_verifier(const char *jwk, size_t jwk_len)
{
	fnt_keyset *keys = NULL;
	fnt_verifier *made = NULL;
	if (fnt_keyset_parse(jwk, jwk_len, 0, &keys, NULL) != FNT_OK ||
	    fnt_verifier_new(FNT_STR("https://gateway.example.com"), NULL, 0, keys, &made) != FNT_OK ||
	    fnt_verifier_set(made, FNT_OPT_CACHE_ENTRIES, 1000) != FNT_OK)
		return NULL;
	fnt_keyset_free(keys);
	return made;
}
*/
import "C"

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"path"
	"strings"
	"time"
	"unsafe"

	"fntoken"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer       = "https://gateway.example.com"
	rounds       = 15
	cachedBar    = 3.0
	uncachedBar  = 1.0
	cachedCalls  = 200000
	uncachedCall = 500
)

func must[T any](made T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return made
}

type claims struct {
	jwt.RegisteredClaims
	Function struct{ Permissions []string }
}

func number(text string) *big.Int {
	return new(big.Int).SetBytes(must(base64.RawURLEncoding.DecodeString(text)))
}

// peer is golang-jwt, with the checks of a Function Token.
func peer(jwk []byte, token string) func() {
	var key struct{ Kid, X, Y string }
	must(0, json.Unmarshal(jwk, &key))
	public := &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(key.X), Y: number(key.Y)}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer), jwt.WithExpirationRequired())
	return func() {
		var c claims
		must(parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
			if t.Header["kid"] != key.Kid {
				return nil, fmt.Errorf("no such key")
			}
			return public, nil
		}))
		for _, pattern := range c.Function.Permissions {
			if matches, _ := path.Match(pattern, "dev:env"); matches {
				return
			}
		}
		log.Fatal("not permitted")
	}
}

// cost is a call's nanoseconds of CPU, all threads of the process together.
func cost(times int, call func()) float64 {
	began := C.c_nanoseconds()
	for range times {
		call()
	}
	return float64(C.c_nanoseconds()-began) / float64(times)
}

func main() {
	check := flag.Bool("check", false, "exit status 1 where a bar is missed")
	flag.Parse()
	key := must(fntoken.GenerateKey(fntoken.ES256))
	jwk := must(key.PublicJWK())
	keys := must(fntoken.ParseKeySet(jwk))
	said := &fntoken.Claims{Issuer: issuer, Subject: "fed:ada", Permissions: []string{"openfaas-fn:*", "dev:env"}}
	token := must(fntoken.Mint(key, said, time.Hour, time.Time{}))
	text := "Bearer " + token
	header := []string{text}
	cached := must(fntoken.NewVerifier(issuer, keys, fntoken.CacheEntries(1000)))
	uncached := must(fntoken.NewVerifier(issuer, keys))
	c := C.c_verifier((*C.char)(unsafe.Pointer(&jwk[0])), C.size_t(len(jwk)))
	if c == nil {
		log.Fatal("no verifier in C")
	}
	theirs := peer(jwk, token)
	measures := []struct {
		name string
		cost func() float64
	}{
		{"cached, C", func() float64 {
			return float64(C.c_cached(c, (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text)), cachedCalls))
		}},
		{"cached, Authorize", func() float64 {
			return cost(cachedCalls, func() { must(0, cached.Authorize(header, "dev:env", time.Time{})) })
		}},
		{"cached, Caller", func() float64 {
			return cost(cachedCalls/10, func() { must(cached.Caller(header, "dev:env", time.Time{})) })
		}},
		{"new, Authorize", func() float64 {
			return cost(uncachedCall, func() { must(0, uncached.Authorize(header, "dev:env", time.Time{})) })
		}},
		{"new, golang-jwt", func() float64 { return cost(uncachedCall, theirs) }},
	}
	best := make([]float64, len(measures))
	for round := range rounds {
		for i, measure := range measures {
			if took := measure.cost(); round == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	for i, measure := range measures {
		fmt.Printf("%-20s %9.0f ns\n", measure.name, best[i])
	}
	library := fntoken.Capabilities()[0]
	fmt.Printf("cached, of C's: %.2f (at most %.1f)\nnew, of golang-jwt's: %.2f (with OpenSSL at most %.1f; this is %s)\n",
		best[1]/best[0], cachedBar, best[3]/best[4], uncachedBar, library)
	if *check && (best[1] > cachedBar*best[0] || strings.HasPrefix(library, "openssl") && best[3] > uncachedBar*best[4]) {
		fmt.Println("a bar is missed")
		os.Exit(1)
	}
}
