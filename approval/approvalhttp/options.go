package approvalhttp

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Defaults of [Options].
const (
	DefaultMaxBody      = 64 << 10
	DefaultBodyTimeout  = 10 * time.Second
	DefaultQueryTimeout = 5 * time.Second
)

// Options tunes [NewHandler]. Authenticate and Authorize are required.
type Options struct {
	// Authenticate returns the actor of a request, by the application's own sign-in: a
	// session, a token, a client certificate. The actor's Auth names which. An error is
	// answered with 401. An actor whose ID or Auth no gate accepts is answered with 403, and
	// the log says why. The actor may have any number of groups: the handler leaves out names
	// that no policy can have, and logs that; of more than 200 it sends those that the gate
	// names. Links name their actor themselves.
	Authenticate func(*http.Request) (policy.Actor, error)
	// Authorize reports whether an actor may see a gate and decide on it, besides what the
	// gate's policy says. An actor who may not gets the answer that there is no such gate. If
	// it returns true, every authenticated actor sees every gate of the namespace, with its
	// subject and votes. An empty gate asks
	// about all gates of a workflow.
	Authorize func(r *http.Request, actor policy.Actor, ref approvalclient.Ref, gate string) bool
	// RateLimit runs first for each request. A duration above zero refuses it with 429 and
	// that Retry-After. Nil limits nothing.
	RateLimit func(*http.Request) time.Duration
	// Links has the signed links that the handler accepts. Nil serves no links.
	Links *Links
	// TrustedOrigins lists origins, such as "https://erp.example.com", whose pages
	// may decide with the cookies of a person who is signed in here: the answers
	// let their scripts read them, and preflights of CORS are answered. This
	// handler's own origin need not be among them.
	TrustedOrigins []string
	// MaxBody limits the bytes of the body of a request. Zero means [DefaultMaxBody].
	MaxBody int64
	// BodyTimeout limits how long a body may take to arrive. Zero means
	// [DefaultBodyTimeout].
	BodyTimeout time.Duration
	// QueryTimeout bounds a worker's answer about a gate. Zero means [DefaultQueryTimeout].
	// approvalclient.Options.UpdateTimeout bounds votes.
	QueryTimeout time.Duration
	// Logger receives the errors behind answers of 502 and 503, and mistakes in the results of
	// Authenticate, at level Warn. Nil logs nothing.
	Logger *slog.Logger
}

func (o Options) normalized() (Options, error) {
	switch {
	case o.Authenticate == nil:
		return o, errors.New("approvalhttp: there is no authentication; set Options.Authenticate to a function that asks your sign-in")
	case o.Authorize == nil:
		return o, errors.New("approvalhttp: there is no authorization; set Options.Authorize to a function that asks your own rules")
	case o.MaxBody < 0 || o.BodyTimeout < 0 || o.QueryTimeout < 0:
		return o, fmt.Errorf(
			"approvalhttp: MaxBody is %d, BodyTimeout %s, QueryTimeout %s; set positive ones, or 0 for the defaults",
			o.MaxBody,
			o.BodyTimeout,
			o.QueryTimeout,
		)
	}
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.BodyTimeout == 0 {
		o.BodyTimeout = DefaultBodyTimeout
	}
	if o.QueryTimeout == 0 {
		o.QueryTimeout = DefaultQueryTimeout
	}
	if o.RateLimit == nil {
		o.RateLimit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, nil
}
