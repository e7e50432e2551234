// SPDX-License-Identifier: MIT

package fntoken_test

// What the library must answer: tests/vectors, which C and Python read too.

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fntoken"
)

func TestStatuses(t *testing.T) {
	rows(t, "statuses.json", func(t *testing.T, r row) {
		status := fntoken.Status(r.number("number"))
		equal(t, "name", status.Name(), r.string("status"))
		equal(t, "http", int64(status.HTTP()), r.number("http"))
		equal(t, "oauth", status.OAuth(), r.string("oauth"))
		equal(t, "challenge", status.Challenge(), r.string("challenge"))
		kinds := 0
		for _, kind := range []error{fntoken.ErrFault, fntoken.ErrRefused, fntoken.ErrDenied, fntoken.ErrOAuth} {
			if errors.Is(&fntoken.Error{Status: status}, kind) {
				kinds++
			}
		}
		equal(t, "kinds", kinds, 1)
	})
}

func TestHeaders(t *testing.T) {
	rows(t, "headers.json", func(t *testing.T, r row) {
		token, err := fntoken.BearerToken(r.header("header"))
		if r.expect(t, err) {
			equal(t, "token", token, given(r.text("token")))
		}
	})
}

func TestPaths(t *testing.T) {
	rows(t, "paths.json", func(t *testing.T, r row) {
		path := given(r.text("path"))
		resource, err := fntoken.ResourceFromPath(path)
		if namespace := r.text("default_namespace"); namespace != nil {
			resource, err = fntoken.ResourceInNamespace(path, *namespace)
		}
		if r.expect(t, err) {
			equal(t, "resource", resource, given(r.text("resource")))
		}
	})
}

func TestPatterns(t *testing.T) {
	rows(t, "patterns.json", func(t *testing.T, r row) {
		matches, err := fntoken.Match(given(r.text("pattern")), given(r.text("resource")))
		if !matches && err == nil {
			err = fntoken.DeniedPermission
		}
		r.expect(t, err)
	})
}

func TestPermissions(t *testing.T) {
	rows(t, "permissions.json", func(t *testing.T, r row) {
		patterns, err := fntoken.NewPatterns(r.list("permissions"), r.list("audience"))
		defer must(t, err, patterns).Close()
		r.expect(t, patterns.Permit(given(r.text("resource"))))
	})
}

func TestTokens(t *testing.T) {
	var m material
	read(t, "material.json", &m)
	rows(t, "tokens.json", func(t *testing.T, r row) {
		for _, entries := range []int64{0, 64} {
			verifier := m.verifier(t, r, fntoken.CacheEntries(entries))
			defer verifier.Close()
			header, resource := r.header("authorization"), given(r.text("resource"))
			r.expect(t, verifier.Authorize(header, resource, r.now()))
			claims, err := verifier.Caller(header, resource, r.now())
			if r.expect(t, err) {
				r.claims(t, claims)
			}
			token, err := verifier.Verify(given(r.token()), r.now())
			want := r.string("verify")
			if want == "" {
				want = r.string("status")
			}
			equal(t, "verify", word(err), want)
			if token != nil {
				r.claims(t, token.Claims())
				equal(t, "JSON", json.Valid(token.JSON()), true)
				token.Close()
			}
		}
	})
}

func TestKeySets(t *testing.T) {
	rows(t, "keysets.json", func(t *testing.T, r row) {
		read := fntoken.ParseKeySet
		if r["symmetric"] == true {
			read = fntoken.ParseSymmetricKeySet
		}
		keys, err := read(r.document())
		if !r.expect(t, err) {
			return
		}
		defer keys.Close()
		text, err := keys.JWKS()
		must(t, err, text)
		var set struct{ Keys []struct{ Kid string } }
		must(t, json.Unmarshal(text, &set), set)
		if _, has := r["kids"]; has {
			kids := []string(nil)
			for _, key := range set.Keys {
				kids = append(kids, key.Kid)
			}
			equal(t, "kids", kids, r.list("kids"))
		}
	})
}

func TestSigningKeys(t *testing.T) {
	rows(t, "signing-keys.json", func(t *testing.T, r row) {
		algorithm, err := fntoken.ParseAlgorithms(r.string("algorithm"))
		must(t, err, algorithm)
		key, err := fntoken.ParseKey(r.document(), algorithm)
		if r.expect(t, err) {
			equal(t, "id", key.ID(), given(r.text("id")))
			key.Close()
		}
	})
}

func TestIAM(t *testing.T) {
	rows(t, "iam.json", func(t *testing.T, r row) {
		iam, err := fntoken.ParseIAM(r.document(), "*")
		var report []fntoken.Entry
		if r.expect(t, err) {
			report = iam.Report()
			iam.Close()
		} else {
			var failed *fntoken.Error
			errors.As(err, &failed)
			report = failed.Report()
		}
		equal(t, "errors", int64(report[0].Errors), r.number("errors"))
	})
}

func TestSimulations(t *testing.T) {
	var m material
	read(t, "material.json", &m)
	rows(t, "simulations.json", func(t *testing.T, r row) {
		iam := m.iam(t, r.string("service"))
		defer iam.Close()
		claims := data(r.text("claims"))
		said, err := iam.SimulateAll(claims)
		if resource := r.text("resource"); resource != nil {
			said, err = iam.Simulate(claims, *resource)
		}
		got := word(err)
		if err == nil {
			got = map[bool]string{true: "would-allow", false: "would-deny"}[said.Allowed]
		}
		equal(t, "status", got, r.string("status"))
	})
}

func TestExchanges(t *testing.T) {
	var m material
	read(t, "material.json", &m)
	rows(t, "exchanges.json", func(t *testing.T, r row) {
		service := m.service(t, r.string("service"))
		defer service.Close()
		answer, err := service.Exchange(data(r.text("form")), r.now())
		if err != nil {
			r.expect(t, err)
			return
		}
		equal(t, "status", answer.Status.Name(), r.string("status"))
		var body row
		must(t, json.Unmarshal(answer.Body, &body), body)
		want, _ := r["answer"].(map[string]any)
		for name, value := range want {
			if number, ok := value.(json.Number); ok {
				value, _ = number.Float64()
			}
			equal(t, name, body[name], value)
		}
		if precise := r.string("precise"); precise != "" {
			equal(t, "precise", answer.Report[0].Status, precise)
		}
		if answer.Status == fntoken.OK {
			keys := m.keyset(t, "issued")
			verifier, err := fntoken.NewVerifier(m.Services[r.string("service")].string("issuer"), keys, fntoken.AnyKind())
			defer must(t, err, verifier).Close()
			keys.Close()
			token, err := verifier.Verify(body.string("access_token"), r.now())
			defer must(t, err, token).Close()
			r.claims(t, token.Claims())
		}
	})
}

func TestDiscovery(t *testing.T) {
	rows(t, "discovery.json", func(t *testing.T, r row) {
		asked := fntoken.Asked{Address: r.text("address"), Issuer: r.text("issuer"), AllowHTTP: r["http"] == true}
		found, err := fntoken.ReadDiscovery(data(r.text("document")), asked)
		if r.expect(t, err) {
			equal(t, "found", *found, fntoken.Discovery{JWKSURI: r.string("jwks_uri"), Issuer: r.string("found")})
		}
	})
}

// TestChangedRequests asks what test_mutations of the C tests wrote, with the
// answers of C. FNT_MUTATIONS_FROM names its file; else it is run.
func TestChangedRequests(t *testing.T) {
	path := os.Getenv("FNT_MUTATIONS_FROM")
	if path == "" {
		program := os.Getenv("FNT_TEST_MUTATIONS")
		if program == "" {
			t.Skip("neither FNT_MUTATIONS_FROM nor FNT_TEST_MUTATIONS is set: nothing to compare with")
		}
		path = filepath.Join(t.TempDir(), "mutations.txt")
		command := exec.Command(program)
		command.Env = append(os.Environ(), "FNT_VECTORS="+folder, "FNT_MUTATIONS_TO="+path)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	var m material
	var file struct {
		Defaults row
		Rows     []row
	}
	read(t, "material.json", &m)
	read(t, "tokens.json", &file)
	named, verifiers := map[string]row{}, map[string]*fntoken.Verifier{}
	for _, r := range file.Rows {
		for name, value := range file.Defaults {
			if _, has := r[name]; !has {
				r[name] = value
			}
		}
		named[r.string("name")] = r
	}
	lines, err := os.Open(path)
	must(t, err, lines)
	defer lines.Close()
	count, scanner := 0, bufio.NewScanner(lines)
	scanner.Buffer(nil, 1<<20)
	for ; scanner.Scan(); count++ {
		part := strings.Split(scanner.Text(), "\t")
		r := named[part[0]]
		if verifiers[part[0]] == nil {
			verifiers[part[0]] = m.verifier(t, r, fntoken.CacheEntries(64))
			defer verifiers[part[0]].Close()
		}
		changed, err := hex.DecodeString(part[2])
		must(t, err, changed)
		if got := word(verifiers[part[0]].Authorize([]string{string(changed)}, given(r.text("resource")), r.now())); got != part[1] {
			t.Fatalf("%s: %s, and C said %s: %q", part[0], got, part[1], changed)
		}
	}
	least, _ := strconv.Atoi(os.Getenv("FNT_MUTATIONS"))
	if count < max(least, 1000) {
		t.Fatalf("%d lines", count)
	}
	t.Logf("vectors: %d", count)
}
