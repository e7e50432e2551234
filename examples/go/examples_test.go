// SPDX-License-Identifier: MIT

package examples_test

// The examples run, and what the documents show in Go runs as it stands there.

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fntoken"
	"fntoken/fnthttp"
)

const issuer = "https://gateway.example.com"

const rules = `[
{"apiVersion":"iam.openfaas.com/v1","kind":"JwtIssuer","metadata":{"name":"idp"},"spec":{"iss":"https://idp.example.com","aud":["openfaas"]}},
{"apiVersion":"iam.openfaas.com/v1","kind":"Policy","metadata":{"name":"dev"},"spec":{"statement":[{"sid":"1","action":["Function:Invoke"],"effect":"Allow","resource":["dev:*"]}]}},
{"apiVersion":"iam.openfaas.com/v1","kind":"Role","metadata":{"name":"ada"},"spec":{"policy":["dev"],"condition":{"StringEqual":{"jwt:sub":["ada"]}}}}]`

func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}

// gateway has discovery, keys, the exchange, and functions that answer with the
// body that they got.
func gateway(t *testing.T) (address string, key, idp *fntoken.Key) {
	key, idp = must(fntoken.GenerateKey(fntoken.ES256)), must(fntoken.GenerateKey(fntoken.ES256))
	jwk := must(key.PublicJWK())
	service := must(fntoken.NewTokenService(issuer, key))
	iam := must(fntoken.ParseIAM([]byte(rules)))
	keys := must(fntoken.ParseKeySet(must(idp.PublicJWK())))
	mine := must(fntoken.ParseKeySet(jwk))
	verifier := must(fntoken.NewVerifier(issuer, mine))
	for _, err := range []error{service.SetIAM(iam), service.SetKeys("https://idp.example.com", keys)} {
		must(0, err)
	}
	guard := must(fnthttp.NewGuard(fnthttp.Config{Verifier: verifier}))
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"issuer":"`+issuer+`","jwks_uri":"`+issuer+`/keys"}`)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { w.Write(jwk) })
	mux.HandleFunc("/oauth/token", func(w http.ResponseWriter, r *http.Request) {
		answer := must(service.Exchange(must(io.ReadAll(r.Body)), time.Time{}))
		w.WriteHeader(answer.Status.HTTP())
		w.Write(answer.Body)
	})
	mux.Handle("/function/", guard.MiddlewareFunc(fnthttp.ResourceOf, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	})))
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		for _, object := range []interface{ Close() }{guard, verifier, service, iam, keys, mine, key, idp} {
			object.Close()
		}
	})
	return server.URL, key, idp
}

func build(t *testing.T, what string) string {
	program := filepath.Join(t.TempDir(), "program")
	if output, err := exec.Command("go", "build", "-o", program, what).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return program
}

func TestGuarded(t *testing.T) {
	address, key, _ := gateway(t)
	running := exec.Command(build(t, "./guarded"), address, "openfaas-fn:hello", "127.0.0.1:0")
	said := must(running.StdoutPipe())
	must(0, running.Start())
	defer func() {
		running.Process.Kill()
		running.Wait()
	}()
	url := strings.TrimSpace(must(bufio.NewReader(said).ReadString('\n')))
	claims := &fntoken.Claims{Issuer: issuer, Subject: "fed:ada", Permissions: []string{"openfaas-fn:*"}}
	request := must(http.NewRequest("GET", url+"/a", nil))
	ask := func() *http.Response { return must(http.DefaultClient.Do(request)) }
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		first := ask() // it serves before it has keys
		first.Body.Close()
		if first.StatusCode != 503 {
			break
		}
	}
	for _, row := range []struct {
		authorization, body string
		status              int
	}{{"", "", 401}, {"Bearer " + must(fntoken.Mint(key, claims, time.Hour, time.Time{})), "hello fed:ada, until ", 200}} {
		request.Header.Set("Authorization", row.authorization)
		if row.authorization == "" {
			request.Header.Del("Authorization")
		}
		answer := ask()
		if body := string(must(io.ReadAll(answer.Body))); answer.StatusCode != row.status || !strings.HasPrefix(body, row.body) {
			t.Fatalf("%d %s", answer.StatusCode, body)
		}
		answer.Body.Close()
	}
}

func TestCalling(t *testing.T) {
	address, _, idp := gateway(t)
	said := must(json.Marshal(map[string]any{"iss": "https://idp.example.com", "sub": "ada", "aud": "openfaas", "exp": time.Now().Add(time.Hour).Unix()}))
	file := filepath.Join(t.TempDir(), "token")
	must(0, os.WriteFile(file, []byte(must(fntoken.Sign(idp, said, nil))+"\n"), 0o600))
	program := build(t, "./calling")
	called := exec.Command(program, address, "env.dev", file)
	called.Stdin = strings.NewReader("body")
	if output := must(called.Output()); string(output) != "body" {
		t.Fatalf("%s", output)
	}
	output, err := exec.Command(program, address, "env.prod", file).CombinedOutput()
	if err == nil || !strings.Contains(string(output), "gives no token for env.prod: invalid_target: ") {
		t.Fatalf("%v: %s", err, output)
	}
}

var block = regexp.MustCompile("(?s)```go\n(.*?)```\n(?:\nprints `([^`]*)`)?")

func TestDocuments(t *testing.T) {
	printed := 0
	for _, name := range []string{"README.md", "docs/go.md"} {
		text := must(os.ReadFile("../../" + name))
		found := block.FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Fatalf("%s shows nothing in Go", name)
		}
		for _, one := range found {
			source := filepath.Join(t.TempDir(), "main.go")
			must(0, os.WriteFile(source, []byte(one[1]), 0o600))
			if output, err := exec.Command("gofmt", "-l", source).CombinedOutput(); err != nil || len(output) > 0 {
				t.Fatalf("%s: gofmt would change %s: %v", name, one[1], err)
			}
			program := build(t, source)
			if one[2] == "" {
				continue
			}
			printed++
			if output := must(exec.Command(program).Output()); strings.TrimSpace(string(output)) != one[2] {
				t.Fatalf("%s: prints %s; %s is expected", name, output, one[2])
			}
		}
	}
	if printed < 2 {
		t.Fatalf("%d were run", printed)
	}
}
