package approvalhttp_test

import (
	_ "embed"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed openapi.json
var description []byte

// schema is what is used here of a schema.
type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Format     string
	Enum       []any
	Required   []string
	Properties map[string]schema
	Items      *schema
	Additional *bool `json:"additionalProperties"`
}

type media map[string]struct{ Schema schema }

type operation struct {
	Parameters  []struct{ Name, In string }
	RequestBody struct{ Content media }
	Responses   map[string]struct {
		Content media
		Headers map[string]any
	}
}

type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

func openapi(t *testing.T) (doc openAPI) {
	t.Helper()
	require.NoError(t, json.Unmarshal(description, &doc))
	return doc
}

// described checks that an answer is one that the description has: its status, its
// type, and all fields of its body. Other methods and paths have one answer each.
func described(t *testing.T, method, path string, a answer) {
	t.Helper()
	doc := openapi(t)
	path, _, _ = strings.Cut(path, "?")
	if method == http.MethodHead {
		method = http.MethodGet
	}
	methods, ok := doc.Paths[path]
	if !ok {
		require.Contains(t, []int{http.StatusNotFound, http.StatusTooManyRequests}, a.status, "%s %s", method, path)
		return
	}
	op, ok := methods[strings.ToLower(method)]
	if !ok {
		require.Contains(t, []int{http.StatusMethodNotAllowed, http.StatusTooManyRequests, http.StatusNoContent}, a.status, "%s %s", method, path)
		return
	}
	response, ok := op.Responses[strconv.Itoa(a.status)]
	require.True(t, ok, "%s %s: the description has no answer %d: %s", method, path, a.status, a.body)
	contentType, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	require.NoError(t, err)
	content, ok := response.Content[contentType]
	require.True(t, ok, "%s %s: the description has no %s for %d", method, path, contentType, a.status)
	for _, name := range []string{"Retry-After", "Idempotency-Key"} {
		if a.header.Get(name) != "" && a.status < http.StatusBadRequest {
			require.Contains(t, response.Headers, name, "%s %s: %d", method, path, a.status)
		}
	}
	if contentType == "text/html" || path == "/openapi.json" && a.status == http.StatusOK {
		return
	}
	var body any
	require.NoError(t, json.Unmarshal([]byte(a.body), &body), a.body)
	doc.fits(t, path, content.Schema, body)
}

// fits checks a value against a schema: nothing is there that is not described,
// and nothing is missing that is required.
func (doc openAPI) fits(t *testing.T, where string, s schema, v any) {
	t.Helper()
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
		found, ok := doc.Components.Schemas[name]
		require.True(t, ok, "%s: there is no schema %s", where, name)
		doc.fits(t, name, found, v)
		return
	}
	if len(s.Enum) > 0 {
		require.Contains(t, s.Enum, v, where)
	}
	switch s.Type {
	case "object":
		fields, ok := v.(map[string]any)
		require.True(t, ok, "%s is no object: %v", where, v)
		for name, value := range fields {
			require.Contains(t, s.Properties, name, where)
			doc.fits(t, where+"."+name, s.Properties[name], value)
		}
		for _, name := range s.Required {
			require.Contains(t, fields, name, where)
		}
	case "array":
		items, ok := v.([]any)
		require.True(t, ok, "%s is no array: %v", where, v)
		for _, item := range items {
			doc.fits(t, where, *s.Items, item)
		}
	case "string":
		require.IsType(t, "", v, where)
	case "integer":
		require.IsType(t, 0.0, v, where)
	case "boolean":
		require.IsType(t, true, v, where)
	}
}
