// SPDX-License-Identifier: MIT

package fntoken_test

// The reader of tests/vectors (README.md there).

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fntoken"
)

const folder = "../../tests/vectors"

type row map[string]any

func read(t testing.TB, name string, into any) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// rows runs test for every row that this build can answer.
func rows(t *testing.T, name string, test func(t *testing.T, r row)) {
	var file struct {
		Defaults row
		Rows     []row
	}
	read(t, name, &file)
	asked := 0
	for _, r := range file.Rows {
		if needs, ok := r["needs"].(string); ok && !slices.Contains(fntoken.Capabilities(), needs) {
			continue
		}
		for name, value := range file.Defaults {
			if _, has := r[name]; !has {
				r[name] = value
			}
		}
		asked++
		t.Run(r.string("name"), func(t *testing.T) { test(t, r) })
	}
	if asked == 0 {
		t.Fatalf("%s has no rows", name)
	}
	t.Logf("vectors: %d", asked)
}

func (r row) string(name string) string { s, _ := r[name].(string); return s }

func (r row) number(name string) int64 {
	n, _ := r[name].(json.Number)
	value, _ := n.Int64()
	return value
}

func (r row) now() time.Time { return time.Unix(r.number("now"), 0) }

// text is nil where it is absent.
func (r row) text(name string) *string { return r.textOf(r[name]) }

func (r row) textOf(value any) *string {
	var text strings.Builder
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		text.WriteString(value)
	case []any:
		for _, piece := range value {
			text.WriteString(r.piece(piece))
		}
	}
	found := text.String()
	return &found
}

func (r row) piece(piece any) string {
	if text, ok := piece.(string); ok {
		return text
	}
	member := row(piece.(map[string]any))
	if digits, ok := member["hex"].(string); ok {
		data, _ := hex.DecodeString(digits)
		return string(data)
	}
	if text, ok := member["repeat"].(string); ok {
		return strings.Repeat(text, int(member.number("times")))
	}
	return given(r.token())
}

func given(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (r row) token() *string {
	signature, ok := r["signature"].(string)
	if !ok {
		return r.text("token")
	}
	encoded := func(name string) string { return base64.RawURLEncoding.EncodeToString([]byte(given(r.text(name)))) }
	token := encoded("header") + "." + encoded("payload") + "." + signature
	return &token
}

// header is an Authorization header's values.
func (r row) header(name string) []string {
	if text := r.text(name); text != nil {
		return []string{*text}
	}
	return nil
}

func data(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

func (r row) document() []byte {
	if value, has := r["json"]; has {
		text, _ := json.Marshal(value)
		return text
	}
	return data(r.text("text"))
}

func (r row) list(name string) []string {
	var all []string
	items, _ := r[name].([]any)
	for _, item := range items {
		if text := given(r.textOf(item)); text != "" {
			all = append(all, text)
		}
	}
	return all
}

func word(err error) string { return fntoken.StatusOf(err).Name() }

func (r row) expect(t *testing.T, err error) bool {
	t.Helper()
	if word(err) != r.string("status") {
		t.Fatalf("%v; %s is expected: %s", err, r.string("status"), r.string("reason"))
	}
	return err == nil
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s is %#v; %#v is expected", what, got, want)
	}
}

var options = map[string]func(int64) fntoken.Option{
	"leeway":           func(n int64) fntoken.Option { return fntoken.Leeway(time.Duration(n) * time.Second) },
	"max_age":          func(n int64) fntoken.Option { return fntoken.MaxAge(time.Duration(n) * time.Second) },
	"max_lifetime":     func(n int64) fntoken.Option { return fntoken.MaxLifetime(time.Duration(n) * time.Second) },
	"max_ttl":          func(n int64) fntoken.Option { return fntoken.MaxTTL(time.Duration(n) * time.Second) },
	"any_kind":         func(int64) fntoken.Option { return fntoken.AnyKind() },
	"cap_at_subject":   func(int64) fntoken.Option { return fntoken.CapAtSubject() },
	"narrowing":        func(int64) fntoken.Option { return fntoken.Narrowing() },
	"max_bytes":        fntoken.MaxBytes,
	"cache_entries":    fntoken.CacheEntries,
	"cache_bytes":      fntoken.CacheBytes,
	"max_header_bytes": fntoken.MaxHeaderBytes,
	"max_header_names": fntoken.MaxHeaderNames,
}

func (r row) options(t testing.TB) []fntoken.Option {
	var all []fntoken.Option
	given, _ := r["options"].(map[string]any)
	for name := range given {
		if name == "algorithms" {
			names, err := fntoken.ParseAlgorithms(strings.Join(row(given).list(name), " "))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fntoken.Algorithms(names))
		} else {
			all = append(all, options[name](row(given).number(name)))
		}
	}
	return all
}

type material struct {
	Signers  map[string]row
	Keysets  map[string]row
	Services map[string]row
}

func must[T any](t testing.TB, err error, made T) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (m *material) keyset(t testing.TB, name string) *fntoken.KeySet {
	if name == "none" {
		return nil
	}
	r := m.Keysets[name]
	read := fntoken.ParseKeySet
	if r["symmetric"] == true {
		read = fntoken.ParseSymmetricKeySet
	}
	keys, err := read(r.document())
	return must(t, err, keys)
}

func (m *material) verifier(t testing.TB, r row, more ...fntoken.Option) *fntoken.Verifier {
	all := append(r.options(t), more...)
	if audience := r.text("audience"); audience != nil {
		all = append(all, fntoken.Audience(*audience))
	}
	keys := m.keyset(t, r.string("keyset"))
	verifier, err := fntoken.NewVerifier(given(r.text("issuer")), keys, all...)
	must(t, err, verifier)
	if keys != nil {
		keys.Close()
	}
	if list := r.text("revoked"); list != nil {
		revoked, err := fntoken.ParseRevocations([]byte(*list))
		must(t, err, revoked)
		if err := verifier.SetRevoked(revoked); err != nil {
			t.Fatal(err)
		}
		revoked.Close()
	}
	return verifier
}

func (m *material) iam(t testing.TB, name string) *fntoken.IAM {
	objects := m.Services[name]["iam"]
	if objects == nil {
		return nil
	}
	text, _ := json.Marshal(objects)
	iam, err := fntoken.ParseIAM(text)
	return must(t, err, iam)
}

func (m *material) service(t testing.TB, name string) *fntoken.TokenService {
	r := m.Services[name]
	signer := m.Signers[r.string("signer")]
	algorithm, err := fntoken.ParseAlgorithms(signer.string("alg"))
	must(t, err, algorithm)
	key, err := fntoken.ParseKey([]byte(signer.string("key")), algorithm)
	must(t, err, key)
	defer key.Close()
	service, err := fntoken.NewTokenService(r.string("issuer"), key, r.options(t)...)
	must(t, err, service)
	if iam := m.iam(t, name); iam != nil {
		defer iam.Close()
		err = service.SetIAM(iam)
	}
	for issuer, keyset := range r["keysets"].(map[string]any) {
		keys := m.keyset(t, keyset.(string))
		defer keys.Close()
		err = errorsOf(err, service.SetKeys(issuer, keys))
	}
	return must(t, err, service)
}

func errorsOf(one, other error) error {
	if one != nil {
		return one
	}
	return other
}

func (r row) claims(t *testing.T, got *fntoken.Claims) {
	t.Helper()
	second := func(moment time.Time) any { return moment.Unix() }
	want, _ := r["claims"].(map[string]any)
	have := map[string]any{
		"issuer": got.Issuer, "subject": got.Subject, "fed_issuer": got.FedIssuer, "id": got.ID, "key_id": got.KeyID, "kind": got.Kind,
		"audience": got.Audience, "permissions": got.Permissions, "function_audience": got.FunctionAudience, "policy": got.Policy,
		"expires": second(got.Expires), "not_before": second(got.NotBefore), "issued": second(got.Issued),
	}
	for name, value := range want {
		switch value := value.(type) {
		case json.Number:
			equal(t, name, have[name], row(want).number(name))
		case []any:
			equal(t, name, len(have[name].([]string)), len(value))
			for i, item := range value {
				equal(t, name, have[name].([]string)[i], item.(string))
			}
		case nil:
			equal(t, name, have[name], "")
		default:
			equal(t, name, have[name], value)
		}
	}
}
