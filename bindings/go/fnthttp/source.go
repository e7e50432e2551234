// SPDX-License-Identifier: MIT

package fnthttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fntoken"
)

const (
	mostBytes = 1 << 20
	longest   = 10 * time.Second
)

// source is where one issuer's keys are (rule 39). It is used by one goroutine at a time.
type source struct {
	base      string // without a slash at its end
	byAddress bool   // base is a gateway's: the keys are at that address, whatever host its document names
	issuer    string // "" until the first document said it
	client    *http.Client
	agent     string
}

// sameHost does not follow a redirect to another scheme, host or port.
func sameHost(request *http.Request, before []*http.Request) error {
	first := before[0].URL
	if request.URL.Scheme != first.Scheme || request.URL.Host != first.Host {
		return fmt.Errorf("%s redirects to another host, %s: not followed", first.Host, request.URL.Host)
	}
	if len(before) >= 5 {
		return errors.New("more than five redirects")
	}
	return nil
}

func fetcher(client *http.Client) *http.Client {
	if client == nil {
		client = new(http.Client)
	}
	own := *client
	own.CheckRedirect = sameHost
	return &own
}

func (s *source) get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", s.agent)
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: HTTP %d; 200 is expected", address, answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	if len(body) > mostBytes {
		return nil, fmt.Errorf("%s: more than 1 MiB", address)
	}
	return body, nil
}

// fetch is the issuer and its keys, within ten seconds.
func (s *source) fetch(ctx context.Context) (issuer string, keys *fntoken.KeySet, err error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	address := s.base + "/.well-known/openid-configuration"
	document, err := s.get(ctx, address)
	if err != nil {
		return "", nil, err
	}
	var asked fntoken.Asked
	if !s.byAddress {
		asked.Address = &address
	}
	if s.issuer != "" {
		asked.Issuer = &s.issuer
	}
	found, err := fntoken.ReadDiscovery(document, asked)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", address, err)
	}
	where := found.JWKSURI
	if s.byAddress {
		if where, err = s.here(where); err != nil {
			return "", nil, err
		}
	}
	jwks, err := s.get(ctx, where)
	if err != nil {
		return "", nil, err
	}
	if keys, err = fntoken.ParseKeySet(jwks); err != nil {
		return "", nil, fmt.Errorf("%s: %w", where, err)
	}
	return found.Issuer, keys, nil
}

// here is the path of a URL at the gateway's address.
func (s *source) here(address string) (string, error) {
	there, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	path := there.EscapedPath()
	if there.RawQuery != "" {
		path += "?" + there.RawQuery
	}
	return s.base + path, nil
}

// baseOf is a URL without a slash at its end.
func baseOf(address string) (string, error) {
	parts, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if (parts.Scheme != "http" && parts.Scheme != "https") || parts.Host == "" || parts.User != nil || parts.RawQuery != "" || parts.Fragment != "" {
		return "", fmt.Errorf("%q is no address; http or https, ://, a host and perhaps a path are expected", address)
	}
	return strings.TrimRight(address, "/"), nil
}
