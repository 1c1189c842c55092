package service

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
)

// Health answers the probes of an orchestrator.
//
// /livez says that the process runs, and nothing else: it must not depend on the
// server, or an outage of that would restart every worker. /readyz says that the
// worker has started, is not about to stop, and that the server answers.
type Health struct {
	Client client.Client

	ready atomic.Bool
}

// Ready says whether the worker works.
func (h *Health) Ready(ready bool) { h.ready.Store(ready) }

// probeWithin is less than the timeout of usual probes.
const probeWithin = 2 * time.Second

// Register adds the probes to mux.
func (h *Health) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !h.ready.Load() {
			http.Error(w, "the worker does not run", http.StatusServiceUnavailable)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), probeWithin)
		defer cancel()
		if _, err := h.Client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
			http.Error(w, "the Temporal server does not answer", http.StatusServiceUnavailable)
		}
	})
}
