// SPDX-License-Identifier: MIT

package fnthttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// Subject gives a token of the identity provider, or an API token of OpenFaaS.
type Subject func(ctx context.Context) (string, error)

// FromFile is a subject token in a file that is read anew each time, as
// Kubernetes replaces it. A line break at its end is dropped.
func FromFile(path string) Subject {
	return func(context.Context) (string, error) {
		text, err := os.ReadFile(path)
		return strings.TrimRight(string(text), "\r\n"), err
	}
}

// Static is a subject token that stays the same.
func Static(token string) Subject {
	return func(context.Context) (string, error) { return token, nil }
}

// ExchangeError is the answer of a gateway that gave no token.
type ExchangeError struct {
	HTTP        int    // the HTTP status
	Code        string // error, as invalid_target; "" where the answer was none of OAuth's
	Description string // error_description
}

func (e *ExchangeError) Error() string {
	code := e.Code
	if code == "" {
		code = "no OAuth error"
	}
	return fmt.Sprintf("%s: %s (HTTP %d)", code, e.Description, e.HTTP)
}

// TokenSource exchanges a subject's tokens for Function Tokens (RFC 8693) and
// keeps them until they are about to expire, at most 1000: for connectors,
// queue workers, and functions that call functions. It is for one subject, as it
// keeps tokens by audience alone, and for any number of goroutines at once.
type TokenSource struct {
	// Client sends the exchange, with its TLS and proxy settings; nil: http.DefaultClient. No
	// redirect is followed.
	Client *http.Client
	// Early is how long before its end a token is not used any more; 0: 10 seconds.
	Early time.Duration

	gateway string
	subject Subject
	mu      sync.Mutex
	kept    map[string]issued
	turns   map[string]*turn
}

type issued struct {
	token string
	until time.Time
}

// turn is held by the one goroutine that exchanges for an audience.
type turn struct {
	held    chan struct{}
	waiting int
}

const (
	early       = 10 * time.Second
	mostKept    = 1000
	mostAnswer  = 1 << 20
	answerLimit = 30 * time.Second
)

// NewTokenSource makes a source of tokens of the gateway with this URL.
func NewTokenSource(gateway string, subject Subject) *TokenSource {
	return &TokenSource{gateway: strings.TrimRight(gateway, "/"), subject: subject, kept: map[string]issued{}, turns: map[string]*turn{}}
}

// Token is a Function Token for an audience, NAMESPACE:NAME. One exchange is
// under way at a time for each audience. The error is an [*ExchangeError] where
// the gateway answered without a token.
func (s *TokenSource) Token(ctx context.Context, audience string) (string, error) {
	if token := s.known(audience); token != "" {
		return token, nil
	}
	mine := s.turn(audience)
	defer s.done(audience, mine)
	select {
	case mine.held <- struct{}{}:
		defer func() { <-mine.held }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if token := s.known(audience); token != "" {
		return token, nil
	}
	return s.exchange(ctx, audience)
}

// Forget drops a token, as after a 401 for it, unless another one has taken its place.
func (s *TokenSource) Forget(audience, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept[audience].token == token {
		delete(s.kept, audience)
	}
}

func (s *TokenSource) known(audience string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.kept[audience]; time.Now().Before(kept.until) {
		return kept.token
	}
	return ""
}

func (s *TokenSource) turn(audience string) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := s.turns[audience]
	if mine == nil {
		mine = &turn{held: make(chan struct{}, 1)}
		s.turns[audience] = mine
	}
	mine.waiting++
	return mine
}

func (s *TokenSource) done(audience string, mine *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if mine.waiting--; mine.waiting == 0 {
		delete(s.turns, audience)
	}
}

func (s *TokenSource) keep(audience string, fresh issued) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= mostKept {
		for name, kept := range s.kept {
			if !time.Now().Before(kept.until) {
				delete(s.kept, name)
			}
		}
	}
	if len(s.kept) < mostKept {
		s.kept[audience] = fresh
	}
}

func (s *TokenSource) exchange(ctx context.Context, audience string) (string, error) {
	subject, err := s.subject(ctx)
	if err != nil {
		return "", fmt.Errorf("fnthttp: no subject token: %w", err)
	}
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {subject},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:id_token"},
		"scope":              {"function"},
		"audience":           {audience},
	}
	asked := time.Now()
	status, body, err := s.post(ctx, form)
	if err != nil {
		return "", err
	}
	var answer struct {
		Token       string `json:"access_token"`
		Seconds     int64  `json:"expires_in"`
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &answer) != nil || status != http.StatusOK || answer.Token == "" {
		if answer.Description == "" {
			answer.Description = "the gateway's answer is no token"
		}
		return "", &ExchangeError{status, answer.Code, answer.Description}
	}
	before := s.Early
	if before == 0 {
		before = early
	}
	s.keep(audience, issued{answer.Token, asked.Add(time.Duration(min(answer.Seconds, 1<<31))*time.Second - before)})
	return answer.Token, nil
}

func (s *TokenSource) post(ctx context.Context, form url.Values) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.gateway+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	client := http.Client{}
	if s.Client != nil {
		client = *s.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	if err == nil && len(body) > mostAnswer {
		err = errors.New("fnthttp: the gateway's answer has more than 1 MiB")
	}
	return answer.StatusCode, body, err
}
