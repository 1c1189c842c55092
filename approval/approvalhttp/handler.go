package approvalhttp

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// NewHandler returns a handler by which people look at gates and decide on them; see the
// package comment. Its paths begin at "/": mount it with
// http.StripPrefix. It fails without Options.Authenticate and Options.Authorize, and when the
// options cannot be used. It is safe for concurrent use.
func NewHandler(c *approvalclient.Client, o Options) (http.Handler, error) {
	if c == nil {
		return nil, errors.New("approvalhttp: there is no client; give the handler one from approvalclient.New")
	}
	o, err := o.normalized()
	if err != nil {
		return nil, err
	}
	origins, err := newOrigins(o.TrustedOrigins)
	if err != nil {
		return nil, err
	}
	h := &handler{client: c, o: o, origins: origins}
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
	origins *origins
	routes  map[string]map[string]http.HandlerFunc // by path and method
}

// ServeHTTP checks what every request must have, and calls its route.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if wait := h.o.RateLimit(r); wait > 0 {
		h.deny(w, r, tooMany(wait))
		return
	}
	methods, ok := h.routes[path(r)]
	if !ok {
		h.refuse(w, r, &problem{
			Status: http.StatusNotFound, Code: codeUnknown,
			Detail: "there is nothing at this path; /openapi.json lists what is",
		})
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if path(r) != linkPath && h.origins.shared(w, r, methods) {
		return
	}
	serve, ok := methods[method]
	if !ok {
		allowed := slices.Sorted(maps.Keys(methods))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		h.deny(w, r, &problem{
			Status: http.StatusMethodNotAllowed, Code: codeMethod,
			Detail: "this path does not take that method; send " + strings.Join(allowed, " or "),
		})
		return
	}
	serve(w, r)
}

// path returns the path of a route, also when the prefix was stripped with its slash.
func path(r *http.Request) string { return "/" + strings.TrimPrefix(r.URL.Path, "/") }

// deny refuses a request. A person who follows a link gets a page.
func (h *handler) deny(w http.ResponseWriter, r *http.Request, p *problem) {
	if path(r) == linkPath {
		h.refusePage(w, r, p, form{})
		return
	}
	h.refuse(w, r, p)
}

// secure sets the security headers of every answer: no caching, no referrer, no sniffing, no
// frames, no loading and no scripts.
func secure(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
}

// A call holds a request to the JSON API by an authenticated actor.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	actor policy.Actor
}

// api makes a route of the JSON API. It authenticates the actor, and refuses pages of other
// origins, which would decide with a person's cookies.
func (h *handler) api(serve func(call) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h.origins.own.Check(r); err != nil {
			h.refuse(w, r, &problem{
				Status: http.StatusForbidden, Code: codeOrigin,
				Detail: "a page of another origin has sent this; decide from a page of this one, or add that origin to the trusted ones",
			})
			return
		}
		actor, err := h.o.identify(r)
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

// may refuses an actor who may not see a gate, as if there were no such gate.
func (h *handler) may(r *http.Request, actor policy.Actor, ref address) error {
	if !h.o.Authorize(r, actor, ref.Ref, ref.Gate) {
		return unknown()
	}
	return nil
}

// refuse answers with what is wrong.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	h.o.prepare(w, r, p)
	reply(w, p.Status, "application/problem+json", p)
}
