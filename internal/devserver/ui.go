package devserver

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// findUI returns the address of the Web UI next to a server that was found,
// when it has one in the usual place.
func (f finder) findUI(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	url := "http://localhost:" + strconv.Itoa(f.uiPort)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
	if err != nil {
		return ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return ""
	}
	return url
}

func (s *Server) uiNote() string {
	if s.UI == "" {
		return ""
	}
	return "\nTemporal: Web UI: " + s.UI
}
