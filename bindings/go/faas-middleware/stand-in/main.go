// SPDX-License-Identifier: MIT

// Stand-in has a watchdog's import lines and wiring, and nothing else of it:
// ../conformance builds it as a watchdog is built, with two replace lines, and
// sends it requests. Its module asks for the middleware of the incumbent.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"

	limiter "github.com/openfaas/faas-middleware/concurrency-limiter"
)

func main() {
	upstream, err := url.Parse(os.Getenv("upstream_url"))
	if err != nil {
		log.Fatal(err)
	}
	var requestHandler http.Handler = httputil.NewSingleHostReverseProxy(upstream)
	var limit limiter.Limiter
	if most, _ := strconv.Atoi(os.Getenv("max_inflight")); most > 0 {
		requestLimiter := limiter.NewConcurrencyLimiter(requestHandler, most)
		requestHandler = requestLimiter.Handler()
		limit = requestLimiter
	}
	if os.Getenv("jwt_auth") == "true" {
		if requestHandler, err = guarded(requestHandler); err != nil {
			log.Fatal(err)
		}
	}
	http.HandleFunc("/_/health", func(w http.ResponseWriter, _ *http.Request) {})
	http.HandleFunc("/_/ready", func(w http.ResponseWriter, _ *http.Request) {
		if limit != nil && limit.Met() {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	http.Handle("/", requestHandler)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("port"), nil))
}
