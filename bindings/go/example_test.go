// SPDX-License-Identifier: MIT

package fntoken_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"fntoken"
)

func Example() {
	key, err := fntoken.GenerateKey(fntoken.ES256)
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	jwk, err := key.PublicJWK()
	if err != nil {
		log.Fatal(err)
	}
	keys, err := fntoken.ParseKeySet(jwk)
	if err != nil {
		log.Fatal(err)
	}
	defer keys.Close()
	verifier, err := fntoken.NewVerifier("https://gateway.example.com", keys, fntoken.CacheEntries(1000))
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()

	claims := &fntoken.Claims{Issuer: "https://gateway.example.com", Subject: "fed:ada", Permissions: []string{"dev:*"}}
	token, err := fntoken.Mint(key, claims, time.Hour, time.Time{})
	if err != nil {
		log.Fatal(err)
	}
	for _, resource := range []string{"dev:env", "prod:env"} {
		err := verifier.Authorize([]string{"Bearer " + token}, resource, time.Time{})
		fmt.Println(resource, fntoken.StatusOf(err).Name(), errors.Is(err, fntoken.ErrDenied))
	}
	// Output:
	// dev:env ok false
	// prod:env permission true
}

func ExampleVerifier_Caller() {
	verifier, err := fntoken.NewVerifier("https://gateway.example.com", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	_, err = verifier.Caller(nil, "dev:env", time.Time{})
	status := fntoken.StatusOf(err)
	fmt.Println(status.HTTP(), status.Name())
	// Output: 503 not-ready
}

func ExampleResourceFromPath() {
	resource, err := fntoken.ResourceFromPath("/function/env.dev/x?y")
	fmt.Println(resource, err)
	_, err = fntoken.ResourceFromPath("/function/a/../b")
	fmt.Println(errors.Is(err, fntoken.DeniedPath))
	// Output:
	// dev:env <nil>
	// true
}

func ExampleMatch() {
	fmt.Println(fntoken.Match("dev:*", "dev:env"))
	fmt.Println(fntoken.Match("dev:*", "development:env"))
	// Output:
	// true <nil>
	// false <nil>
}
