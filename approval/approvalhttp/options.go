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

// Options tunes [NewHandler]. Authenticate and Authorize must be there.
type Options struct {
	// Authenticate says who has sent a request, from the application's own sign-in:
	// a session, a token, a client certificate. The actor's Auth names which. An
	// error is answered with 401, and an actor with an ID or an Auth that cannot
	// decide anywhere with 403, which the log explains. Groups may be as many as
	// the actor has: names that no policy can have are left out, which the log says
	// too, and of more than 200 those count that the gate names. It is not asked for
	// links, which name their actor themselves.
	Authenticate func(*http.Request) (policy.Actor, error)
	// Authorize says whether an actor may look at a gate and decide on it, besides what
	// the gate's policy says. An actor who may not gets the answer that there is no
	// such gate. To let all whom Authenticate knows look at every gate of the
	// namespace, with its subject and votes, return true. An empty gate asks
	// about all gates of a workflow.
	Authorize func(r *http.Request, actor policy.Actor, ref approvalclient.Ref, gate string) bool
	// RateLimit is asked first for each request: a duration above zero refuses it,
	// with 429, for so long. Nil limits nothing.
	RateLimit func(*http.Request) time.Duration
	// Links are the signed links that are let in. Nil lets in none.
	Links *Links
	// TrustedOrigins are origins, such as "https://erp.example.com", whose pages
	// may decide with the cookies of a person who is signed in here: the answers
	// let their scripts read them, and preflights of CORS are answered. This
	// handler's own origin need not be among them.
	TrustedOrigins []string
	// MaxBody is how many bytes the body of a request may have. Zero means
	// [DefaultMaxBody].
	MaxBody int64
	// BodyTimeout is how long a body may take to arrive. Zero means
	// [DefaultBodyTimeout].
	BodyTimeout time.Duration
	// QueryTimeout is how long a worker may take to say how a gate stands. Zero means
	// [DefaultQueryTimeout]. How long a vote may take is the client's to say.
	QueryTimeout time.Duration
	// Logger gets the errors behind answers of 502 and 503, and what is wrong with
	// what Authenticate returns, at level Warn. Nil logs nothing.
	Logger *slog.Logger
}

func (o Options) normalized() (Options, error) {
	switch {
	case o.Authenticate == nil:
		return o, errors.New("approvalhttp: nothing says who the callers are; set Options.Authenticate to a function that asks your sign-in")
	case o.Authorize == nil:
		return o, errors.New("approvalhttp: nothing says who may look at a gate; set Options.Authorize to a function that asks your own rules")
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
