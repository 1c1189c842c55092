package approvalhttp

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

type document struct {
	Paths      map[string]map[string]any
	Components struct {
		Schemas map[string]struct {
			Properties map[string]any
			Required   []string
		}
	}
}

// The description has the routes and the fields of the code, no more and no less.
// That each answer is in it, the other tests see to.
func TestDescription(t *testing.T) {
	t.Parallel()
	var doc document
	require.NoError(t, json.Unmarshal(description, &doc))
	key, err := approvalkey.NewHMACKey("k", make([]byte, 32))
	require.NoError(t, err)
	links, err := NewLinks("https://x", "default", key)
	require.NoError(t, err)
	people, err := approvalclient.New(&mocks.Client{}, approvalclient.Options{})
	require.NoError(t, err)
	h, err := NewHandler(people, Options{
		Authenticate: func(*http.Request) (policy.Actor, error) { return policy.Actor{}, nil },
		Authorize:    func(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true }, Links: links,
	})
	require.NoError(t, err)
	routes := map[string][]string{}
	for path, methods := range h.(*handler).routes {
		for method := range methods {
			routes[path] = append(routes[path], strings.ToLower(method))
		}
		slices.Sort(routes[path])
	}
	described := map[string][]string{}
	for path, methods := range doc.Paths {
		described[path] = slices.Sorted(maps.Keys(methods))
	}
	require.Equal(t, routes, described)

	types := map[string]any{
		"Decision": decision{}, "Decisions": decisions{}, "Target": target{}, "Change": change{}, "Escalation": policy.Escalation{},
		"Selector": policy.Selector{}, "Receipt": approvalclient.Receipt{}, "Entry": entry{}, "List": list{}, "Results": results{},
		"Result": result{}, "Gate": approvalclient.GateStatus{}, "Cast": policy.CountedVote{}, "Actor": policy.Actor{}, "Problem": problem{},
	}
	require.Equal(t, slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(doc.Components.Schemas)))
	for name, v := range types {
		schema := doc.Components.Schemas[name]
		fields := fieldsOf(reflect.TypeOf(v))
		require.Equal(t, slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(schema.Properties)), name)
		for _, field := range schema.Required {
			require.NotContains(t, fields[field], "omit", "%s.%s is required, and can be left out", name, field)
		}
	}
}

// fieldsOf are the names of a struct's fields in JSON, with their options.
func fieldsOf(t reflect.Type) map[string]string {
	fields := map[string]string{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Tag.Get("json") == "" {
			maps.Copy(fields, fieldsOf(f.Type))
		} else if name, options, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			fields[name] = options
		}
	}
	return fields
}
