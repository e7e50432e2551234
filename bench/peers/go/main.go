// SPDX-License-Identifier: MIT

// What a function's watchdog does today: golang-jwt, then one regular expression for each pattern of each request. And path.Match.
//
//	peer verify FOLDER
//	peer match FOLDER COUNT...
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const rounds = 31

type claims struct {
	jwt.RegisteredClaims
	Function struct {
		Permissions []string `json:"permissions"`
	} `json:"function"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(2)
	}
}

func lines(folder, name string) []string {
	text, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

func number(text string) *big.Int {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	must(err)
	return new(big.Int).SetBytes(bytes)
}

func keys(folder string) map[string]*ecdsa.PublicKey {
	var set struct {
		Keys []struct{ Kid, X, Y string }
	}
	must(json.Unmarshal([]byte(strings.Join(lines(folder, "jwks.json"), "\n")), &set))
	found := map[string]*ecdsa.PublicKey{}
	for _, key := range set.Keys {
		found[key.Kid] = &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(key.X), Y: number(key.Y)}
	}
	return found
}

func matches(pattern, resource string) bool {
	expression, err := regexp.Compile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	return err == nil && expression.MatchString(resource)
}

func permits(c *claims, resource string) bool {
	for _, pattern := range c.Function.Permissions {
		if matches(pattern, resource) {
			return true
		}
	}
	return false
}

// measure is the median of rounds, in nanoseconds a call.
func measure(calls int, call func(int)) float64 {
	var took []float64
	for round := -2; round < rounds; round++ {
		start := time.Now()
		for i := 0; i < calls; i++ {
			call(i)
		}
		if round >= 0 {
			took = append(took, float64(time.Since(start).Nanoseconds())/float64(calls))
		}
	}
	sort.Float64s(took)
	return took[len(took)/2]
}

func rate(threads, calls int, call func(int)) float64 {
	var all sync.WaitGroup
	start := time.Now()
	for thread := 0; thread < threads; thread++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < calls; i++ {
				call(i)
			}
		}()
	}
	all.Wait()
	return float64(threads*calls) / time.Since(start).Seconds()
}

// ratio is that of two threads over one: the best of several, each between two runs of one.
func ratio(calls int, call func(int)) float64 {
	best, before := 0.0, rate(1, calls, call)
	for run := 0; run < 7; run++ {
		two, after := rate(2, calls, call), rate(1, calls, call)
		best = max(best, two/max(before, after))
		before = after
	}
	return best
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	return strings.TrimPrefix(info.Deps[0].Version, "v") + ", " + runtime.Version()
}

func tellPeak() {
	for _, line := range lines("/proc/self", "status") {
		if peak, is := strings.CutPrefix(line, "VmHWM:"); is {
			fmt.Println("peak_kib", strings.Fields(peak)[0])
		}
	}
}

func verify(folder string) {
	fmt.Println("version", version())
	known, issuer := keys(folder), lines(folder, "issuer")[0]
	token, resource := lines(folder, "token")[0], lines(folder, "resource")[0]
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
		jwt.WithExpirationRequired())
	find := func(t *jwt.Token) (interface{}, error) {
		kid, _ := t.Header["kid"].(string)
		if key := known[kid]; key != nil {
			return key, nil
		}
		return nil, fmt.Errorf("no such key")
	}
	call := func(int) {
		var c claims
		_, err := parser.ParseWithClaims(token, &c, find)
		must(err)
		if !permits(&c, resource) {
			must(fmt.Errorf("not permitted"))
		}
	}
	fmt.Println("uncached_us", measure(50, call)/1e3)
	fmt.Println("uncached_threads_ratio", ratio(1000, call))
}

func match(folder, count string) {
	patterns, resources := lines(folder, "mix-"+count+".patterns"), lines(folder, "mix-"+count+".resources")
	matches := func(resource string) bool {
		for _, pattern := range patterns {
			if hit, _ := path.Match(pattern, resource); hit {
				return true
			}
		}
		return false
	}
	hits := 0
	for _, resource := range resources {
		if matches(resource) {
			hits++
		}
	}
	fmt.Printf("match_hits.%s %d\n", count, hits)
	calls := max(10, min(len(resources), 100000/len(patterns)))
	fmt.Printf("match_ns.%s %f\n", count, measure(calls, func(i int) { matches(resources[i%len(resources)]) }))
	miss := lines(folder, "mix-"+count+".miss")[0]
	fmt.Printf("match_miss_ns.%s %f\n", count, measure(calls, func(int) { matches(miss) }))
}

func main() {
	if len(os.Args) < 3 {
		must(fmt.Errorf("usage: peer verify FOLDER, or peer match FOLDER COUNT..."))
	}
	if os.Args[1] == "verify" {
		verify(os.Args[2])
	} else {
		fmt.Println("version", runtime.Version())
	}
	for _, count := range os.Args[3:] {
		match(os.Args[2], count)
	}
	tellPeak()
}
