// SPDX-License-Identifier: MIT

package fnthttp

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"fntoken"
)

// Transport returns a [net/http.RoundTripper] that adds to each request the
// Function Token for the function that its URL calls, and sends it with base;
// nil: http.DefaultTransport.
//
// A token goes to the gateway's scheme, host and port alone: another URL is an
// error, as is one whose path names no function without doubt. After a 401 the
// token is dropped and the request sent once more with a new one, unless its
// body can't be sent twice.
func (s *TokenSource) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{s, base}
}

type transport struct {
	source *TokenSource
	base   http.RoundTripper
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := false // base closes the body of what it was given
	defer func() {
		if !sent && r.Body != nil {
			r.Body.Close()
		}
	}()
	audience, err := t.source.audienceOf(r.URL)
	if err != nil {
		return nil, err
	}
	token, err := t.source.Token(r.Context(), audience)
	if err != nil {
		return nil, err
	}
	sent = true
	answer, err := t.base.RoundTrip(with(r, token, r.Body))
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		return answer, err
	}
	body, again := t.body(r)
	if !again {
		return answer, nil
	}
	t.source.Forget(audience, token)
	fresh, err := t.source.Token(r.Context(), audience)
	if err != nil {
		if body != nil {
			body.Close()
		}
		return answer, nil // the 401 says more than why there is no other token
	}
	io.Copy(io.Discard, io.LimitReader(answer.Body, mostAnswer)) // so that the connection can be used again
	answer.Body.Close()
	return t.base.RoundTrip(with(r, fresh, body))
}

// body is the request's once more, where that can be had.
func (t *transport) body(r *http.Request) (io.ReadCloser, bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return r.Body, true
	}
	if r.GetBody == nil {
		return nil, false
	}
	body, err := r.GetBody()
	return body, err == nil
}

// with is a copy: a RoundTripper leaves the request as it was.
func with(r *http.Request, token string, body io.ReadCloser) *http.Request {
	own := r.Clone(r.Context())
	own.Body = body
	own.Header.Set("Authorization", "Bearer "+token)
	return own
}

func (s *TokenSource) audienceOf(called *url.URL) (string, error) {
	gateway, err := url.Parse(s.gateway)
	if err != nil {
		return "", err
	}
	if called.Scheme != gateway.Scheme || called.Host != gateway.Host {
		return "", fmt.Errorf("fnthttp: %s://%s is not the gateway %s: its Function Token is not sent there", called.Scheme, called.Host, s.gateway)
	}
	path, below := strings.CutPrefix(called.RequestURI(), strings.TrimRight(gateway.EscapedPath(), "/"))
	if !below {
		return "", fmt.Errorf("fnthttp: %s is not below the gateway %s", called.Path, s.gateway)
	}
	return fntoken.ResourceFromPath(path)
}
