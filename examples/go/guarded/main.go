// SPDX-License-Identifier: MIT

// Guarded is a net/http service behind Function Tokens: it answers whom the
// gateway's tokens let in, and says to its own log why it did not.
//
//	go run ./guarded GATEWAY NAMESPACE:NAME [ADDRESS]
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"fntoken"
	"fntoken/fnthttp"
)

func hello(w http.ResponseWriter, r *http.Request) {
	caller := fnthttp.CallerOf(r.Context())
	fmt.Fprintf(w, "hello %s, until %s\n", fntoken.Escape(caller.Subject, fntoken.Plain), caller.Expires.Format("15:04 MST"))
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		log.Fatal("usage: guarded GATEWAY NAMESPACE:NAME [ADDRESS]")
	}
	address := "127.0.0.1:8081"
	if len(os.Args) == 4 {
		address = os.Args[3]
	}
	guard, err := fnthttp.NewGuard(fnthttp.Config{Gateway: os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	defer guard.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/_/health", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/", hello)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, guard.Middleware(os.Args[2], mux)))
}
