// SPDX-License-Identifier: MIT

/*
Package fnthttp puts Function Tokens before an [net/http.Handler] and behind an
[net/http.Client].

A [Guard] decides about requests, fetches its issuer's keys and keeps them
fresh, and answers what it refuses as OpenFaaS's watchdog does:

	guard, err := fnthttp.NewGuard(fnthttp.Config{Gateway: "http://gateway.openfaas:8080"})
	if err != nil {
		return err
	}
	defer guard.Close()
	http.ListenAndServe(":8080", guard.Middleware("openfaas-fn:env", handler))

A [TokenSource] exchanges an identity provider's token for Function Tokens and
keeps them; a [Transport] adds the right one to every call of a function:

	source := fnthttp.NewTokenSource("https://gateway.example.com", fnthttp.FromFile("/var/secrets/tokens/openfaas-token"))
	client := &http.Client{Transport: source.Transport(nil)}
	answer, err := client.Get("https://gateway.example.com/function/env.dev")
*/
package fnthttp
