package approvalhttp

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// NewHandler returns a handler through which people look at gates and decide on
// them, as the package comment describes. Its paths begin at "/": mount it with
// http.StripPrefix. It fails without Options.Authenticate and Options.Authorize, and when the
// options cannot be used. It is safe for concurrent use.
func NewHandler(c *approvalclient.Client, o Options) (http.Handler, error) {
	if c == nil {
		return nil, errors.New("approvalhttp: there is no client; give the handler one from approvalclient.NewClient")
	}
	o, err := o.normalized()
	if err != nil {
		return nil, err
	}
	h := &handler{client: c, o: o, origin: http.NewCrossOriginProtection(), trusted: map[string]bool{}}
	for _, origin := range o.TrustedOrigins {
		if err := h.origin.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("approvalhttp: a trusted origin cannot be used; write it like \"https://erp.example.com\": %w", err)
		}
		h.trusted[origin] = true
	}
	h.routes = map[string]map[string]http.HandlerFunc{
		"/gates":        {http.MethodGet: h.api(h.list)},
		"/gate":         {http.MethodGet: h.api(h.show)},
		"/decide":       {http.MethodPost: h.api(h.decide)},
		"/decide-many":  {http.MethodPost: h.api(h.decideMany)},
		"/change":       {http.MethodPost: h.api(h.change)},
		"/openapi.json": {http.MethodGet: describe},
	}
	if o.Links != nil {
		h.routes[linkPath] = map[string]http.HandlerFunc{http.MethodGet: h.linkPage, http.MethodPost: h.linkDecision}
	}
	return h, nil
}

const linkPath = "/link"

type handler struct {
	client  *approvalclient.Client
	o       Options
	origin  *http.CrossOriginProtection
	trusted map[string]bool                        // Options.TrustedOrigins
	routes  map[string]map[string]http.HandlerFunc // by path and method
}

// ServeHTTP finds the route. What is asked of every request is asked here.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if wait := h.o.RateLimit(r); wait > 0 {
		h.deny(w, r, tooMany(wait))
		return
	}
	methods, ok := h.routes[path(r)]
	if !ok {
		h.refuse(
			w,
			r,
			&problem{Status: http.StatusNotFound, Code: codeUnknown, Detail: "there is nothing at this path; /openapi.json lists what is"},
		)
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if path(r) != linkPath && h.shared(w, r, methods) {
		return
	}
	serve, ok := methods[method]
	if !ok {
		allowed := slices.Sorted(maps.Keys(methods))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		h.deny(
			w,
			r,
			&problem{
				Status: http.StatusMethodNotAllowed,
				Code:   codeMethod,
				Detail: "this path does not take that method; send " + strings.Join(allowed, " or "),
			},
		)
		return
	}
	serve(w, r)
}

// path is the path of a route, also when the prefix was stripped with its slash.
func path(r *http.Request) string { return "/" + strings.TrimPrefix(r.URL.Path, "/") }

// deny refuses a request of a person, who follows a link, by a page.
func (h *handler) deny(w http.ResponseWriter, r *http.Request, p *problem) {
	if path(r) == linkPath {
		h.refusePage(w, r, p, form{})
		return
	}
	h.refuse(w, r, p)
}

// secure sets what every answer says: do not keep it, do not tell where it came
// from, do not guess what it is, show it in no frame, load and run nothing.
func secure(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
}

// A call is a request to the JSON API by somebody who is known.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	actor policy.Actor
}

// api makes a route of the JSON API: only who is known comes in, and a page of
// another origin does not decide with somebody's cookies.
func (h *handler) api(serve func(call) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h.origin.Check(r); err != nil {
			h.refuse(
				w,
				r,
				&problem{
					Status: http.StatusForbidden,
					Code:   codeOrigin,
					Detail: "a page of another origin has sent this; decide from a page of this one, or add that origin to the trusted ones",
				},
			)
			return
		}
		actor, err := h.identify(r)
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		status, answer, err := serve(call{w, r, actor})
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		reply(w, status, "application/json", answer)
	}
}

// may refuses who may not look at a gate, as if there were none.
func (h *handler) may(r *http.Request, actor policy.Actor, ref address) error {
	if !h.o.Authorize(r, actor, ref.Ref, ref.Gate) {
		return unknown()
	}
	return nil
}
