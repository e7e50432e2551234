// SPDX-License-Identifier: MIT

// Calling is a function that calls another function, with the body of its own
// request. TOKEN_FILE holds what identifies this one, such as a projected
// service account token; it is exchanged for a token that calls NAME alone. A
// long-lived function makes one client and keeps it.
//
//	go run ./calling GATEWAY NAME[.NAMESPACE] TOKEN_FILE < BODY
package main

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http"
	"os"

	"fntoken/fnthttp"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: calling GATEWAY NAME[.NAMESPACE] TOKEN_FILE < BODY")
	}
	gateway, name, file := os.Args[1], os.Args[2], os.Args[3]
	source := fnthttp.NewTokenSource(gateway, fnthttp.FromFile(file))
	client := &http.Client{Transport: source.Transport(nil)}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Post(gateway+"/function/"+name, "application/octet-stream", bytes.NewReader(body))
	var refused *fnthttp.ExchangeError
	if errors.As(err, &refused) {
		log.Fatalf("the gateway gives no token for %s: %v", name, refused)
	}
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		log.Fatal(err)
	}
	if answer.StatusCode >= 400 {
		os.Exit(1)
	}
}
