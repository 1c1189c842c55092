package approvalhttp

import (
	_ "embed" // the description
	"net/http"
)

//go:embed openapi.json
var description []byte

// describe answers with the OpenAPI description of these routes.
func describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(description) // an error means that the caller is gone
}
