// SPDX-License-Identifier: MIT

package fnthttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"fntoken"
)

// Config says whose tokens a [Guard] takes: one of Gateway, Issuer and Verifier.
type Config struct {
	// Gateway is an address, http://gateway.openfaas:8080. The issuer is the one that its discovery
	// document names, and fixed then; the keys come from the path of jwks_uri at this address.
	Gateway string
	// Issuer is an issuer whose keys are where its own discovery document says.
	Issuer string
	// Verifier is one of the caller's, who replaces its keys and closes it. Nothing is fetched.
	Verifier *fntoken.Verifier

	// Options are the verifier's, in addition to a cache of 1000 tokens.
	Options []fntoken.Option
	// Every is how long it takes from one fetch of the keys to the next; 0: 5 minutes.
	Every time.Duration
	// MaxAge is for how long keys may be used that can't be fetched any more; 0: 24 hours.
	MaxAge time.Duration
	// Client fetches; nil: one that goes by the environment's proxies. A fetch takes at most 10 s
	// and 1 MiB, and follows no redirect to another host.
	Client *http.Client
	// UserAgent of the fetches; "": fntoken-go.
	UserAgent string
	// Open are the paths that Middleware lets through without a token; nil: /_/health and
	// /_/ready. They are compared with what the request line has.
	Open []string
	// Logger gets what was refused (at level Info) and how fetches ended; nil: slog.Default.
	Logger *slog.Logger
}

// Guard decides about requests with keys that it keeps fresh. It may be used by
// any number of goroutines at once.
type Guard struct {
	config   Config
	verifier atomic.Pointer[fntoken.Verifier]
	source   *source
	ctx      context.Context // until Close; fetches are made with it, whoever asked for them
	stop     context.CancelFunc
	stopped  chan struct{}

	mu      sync.Mutex
	refresh fntoken.Refresh
	fetch   *fetch // the one that is under way
	revoked *fntoken.Revocations
	failure error
}

// fetch is one that others may wait for.
type fetch struct {
	ended chan struct{}
	went  bool
}

// patience is how long NewGuard waits for the first keys. Without them it answers 503 and goes on trying.
const patience = 2 * time.Second

// NewGuard makes a guard and starts to fetch its keys. An issuer that can't be
// reached is no error: until its keys are there, requests are answered with 503.
// The error says what is wrong with config.
func NewGuard(config Config) (*Guard, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	g := &Guard{config: config, refresh: fntoken.Refresh{Every: config.Every, MaxAge: config.MaxAge}, stopped: make(chan struct{})}
	g.ctx, g.stop = context.WithCancel(context.Background())
	if config.Verifier != nil {
		g.verifier.Store(config.Verifier)
		close(g.stopped)
		return g, nil
	}
	address, err := baseOf(config.Gateway + config.Issuer)
	if err == nil {
		err = g.prepare()
	}
	if err != nil {
		g.stop()
		return nil, err
	}
	g.source = &source{base: address, byAddress: config.Gateway != "", issuer: config.Issuer, client: fetcher(config.Client), agent: config.UserAgent}
	first := g.tell(fntoken.Tick)
	go g.keep()
	if first != nil {
		select {
		case <-first.ended:
		case <-time.After(patience):
		}
	}
	return g, nil
}

func (c *Config) complete() error {
	given := 0
	for _, is := range []bool{c.Gateway != "", c.Issuer != "", c.Verifier != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return errors.New("fnthttp: Config has not one of Gateway, Issuer and Verifier; exactly one is expected")
	}
	if c.Every == 0 {
		c.Every = 5 * time.Minute
	}
	if c.MaxAge == 0 {
		c.MaxAge = 24 * time.Hour
	}
	if c.Every < time.Second || c.Every > 24*time.Hour || c.MaxAge < c.Every || c.MaxAge > 31536000*time.Second {
		return errors.New("fnthttp: Config.Every or MaxAge is out of range; 1 s <= Every <= 24 h and Every <= MaxAge <= 365 days are expected")
	}
	if c.UserAgent == "" {
		c.UserAgent = "fntoken-go"
	}
	if c.Open == nil {
		c.Open = []string{"/_/health", "/_/ready"}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	c.Options = append([]fntoken.Option{fntoken.CacheEntries(1000)}, c.Options...)
	return nil
}

// prepare makes the verifier of a known issuer. For an unknown one it is made
// all the same, so that a bad option is told here.
func (g *Guard) prepare() error {
	issuer := g.config.Issuer
	if issuer == "" {
		issuer = g.config.Gateway
	}
	verifier, err := fntoken.NewVerifier(issuer, nil, g.config.Options...)
	if err != nil {
		return err
	}
	if g.config.Issuer != "" {
		g.verifier.Store(verifier)
	} else {
		verifier.Close()
	}
	return nil
}

// keep asks once a second whether there is something to do.
func (g *Guard) keep() {
	defer close(g.stopped)
	timer := time.NewTicker(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-g.ctx.Done():
			return
		case <-timer.C:
			g.tell(fntoken.Tick)
		}
	}
}

// tell starts a fetch where it is time for one. It returns the one that is under way, if any.
func (g *Guard) tell(event fntoken.Event) *fetch {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fetch != nil || g.ctx.Err() != nil {
		return g.fetch
	}
	switch g.refresh.Tell(event, time.Time{}) {
	case fntoken.OK:
		g.fetch = &fetch{ended: make(chan struct{})}
		go g.run(g.fetch)
		return g.fetch
	case fntoken.FaultNotReady:
		if verifier := g.verifier.Load(); verifier != nil && verifier.SetKeys(nil) == nil {
			g.config.Logger.Error("fntoken: the keys are too old to be used", "reason", g.failure)
		}
	}
	return nil
}

func (g *Guard) run(running *fetch) {
	issuer, keys, err := g.source.fetch(g.ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		err = g.take(issuer, keys)
		keys.Close()
	}
	event := fntoken.Done
	if err != nil {
		event = fntoken.Failed
		if g.ctx.Err() == nil {
			g.config.Logger.Error("fntoken: keys were not fetched; those that there are stay in use", "reason", err)
		}
	} else if g.failure != nil {
		g.config.Logger.Info("fntoken: keys were fetched again", "issuer", issuer)
	} else {
		g.config.Logger.Debug("fntoken: keys were fetched", "issuer", issuer, "from", g.source.base)
	}
	g.failure = err
	g.refresh.Tell(event, time.Time{})
	g.fetch = nil
	running.went = err == nil
	close(running.ended)
}

func (g *Guard) take(issuer string, keys *fntoken.KeySet) error {
	if verifier := g.verifier.Load(); verifier != nil {
		return verifier.SetKeys(keys)
	}
	verifier, err := fntoken.NewVerifier(issuer, keys, g.config.Options...)
	if err != nil {
		return err
	}
	if err := verifier.SetRevoked(g.revoked); err != nil {
		verifier.Close()
		return err
	}
	g.source.issuer = issuer // from now on
	g.verifier.Store(verifier)
	return nil
}

// SetRevoked replaces the revocations, from the next call on; nil: nothing is
// revoked. Close them after the guard.
func (g *Guard) SetRevoked(revoked *fntoken.Revocations) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.revoked = revoked
	if verifier := g.verifier.Load(); verifier != nil {
		return verifier.SetRevoked(revoked)
	}
	return nil
}

// Failure is why the last fetch of keys failed; nil where it went well.
func (g *Guard) Failure() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failure
}

// Authorize is the decision about one request, as
// [fntoken.Verifier.Authorize]. A token whose key is not known may wait for keys
// to be fetched, seldom enough that no stranger profits.
func (g *Guard) Authorize(r *http.Request, resource string) error {
	return g.ask(r, func(verifier *fntoken.Verifier, header []string) error {
		return verifier.Authorize(header, resource, time.Time{})
	})
}

// Caller is Authorize that tells who called as well.
func (g *Guard) Caller(r *http.Request, resource string) (claims *fntoken.Claims, err error) {
	err = g.ask(r, func(verifier *fntoken.Verifier, header []string) (err error) {
		claims, err = verifier.Caller(header, resource, time.Time{})
		return err
	})
	return claims, err
}

func (g *Guard) ask(r *http.Request, decide func(*fntoken.Verifier, []string) error) error {
	verifier, header := g.verifier.Load(), r.Header["Authorization"]
	if verifier == nil {
		return &fntoken.Error{Status: fntoken.FaultNotReady}
	}
	err := decide(verifier, header)
	if g.source == nil || fntoken.StatusOf(err) != fntoken.RefusedKeyUnknown {
		return err
	}
	running := g.tell(fntoken.Unknown)
	if running == nil {
		return err
	}
	select {
	case <-running.ended:
	case <-r.Context().Done():
		return err
	}
	if !running.went {
		return err
	}
	return decide(verifier, header)
}

// Stop ends the fetching of keys. Requests go on being answered with the last ones.
func (g *Guard) Stop() { g.stop() }

// Close ends the fetching, and releases the verifier unless it is the caller's.
func (g *Guard) Close() {
	g.stop()
	<-g.stopped
	g.mu.Lock()
	running := g.fetch
	g.mu.Unlock()
	if running != nil {
		<-running.ended
	}
	if verifier := g.verifier.Load(); verifier != nil && g.config.Verifier == nil {
		verifier.Close()
	}
}
