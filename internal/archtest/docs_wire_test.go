package archtest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	wireName = regexp.MustCompile(`"((?:temporal-patterns\.|temporal_patterns_|signals\.status\.)[a-z._-]*)`)
	prefix   = regexp.MustCompile(`return "(\w+)\." \+ string\(r\)`)
	reason   = regexp.MustCompile(`(?m)^\s+(?:Reason\w+|Duplicate)\s+(?:\w+\.)?Reason\s+= "(\w+)"`)
	message  = regexp.MustCompile(`= "((?:approval\.[a-zA-Z]+)|Approval[A-Z]\w+|idempotency_record|idempotency:)"`)
)

// onPage finds what docs/wire.md names: metrics, headers, markers and error types.
var onPage = regexp.MustCompile("`((?:temporal_patterns_|temporal-patterns\\.|" +
	"(?:approval|intervention|signals|retry|timeouts|idempotency)\\.[A-Z])[\\w.-]*)`")

// TestWireNames asserts that docs/wire.md has each name that is on the wire, and no other.
func TestWireNames(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(repository + "/docs/wire.md")
	require.NoError(t, err)
	known := map[string]bool{}
	walk(t, ".go", func(name, text string) {
		library, _, _ := strings.Cut(name, "/")
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/archtest/") || library == "examples" || library == "cmd" ||
			strings.HasPrefix(name, "internal/e2e/") {
			return
		}
		names := append(wireName.FindAllStringSubmatch(text, -1), message.FindAllStringSubmatch(text, -1)...)
		for _, m := range names {
			known[m[1]] = true
			if !strings.Contains(string(page), "`"+m[1]+"`") {
				t.Errorf("%s: the name %q is on the wire; add it to docs/wire.md", name, m[1])
			}
		}
		if m := prefix.FindStringSubmatch(text); m != nil {
			library = m[1]
		}
		for _, m := range reason.FindAllStringSubmatch(text, -1) {
			errorType := library + "." + m[1]
			known[errorType] = true
			if !strings.Contains(string(page), "`"+errorType+"`") {
				t.Errorf("%s: the error type %s is on the wire; add it to docs/wire.md", name, errorType)
			}
		}
	})
	require.Greater(t, len(known), 80, "the expressions of this test find the names")
	exported := exportedNames(t)
	for _, m := range onPage.FindAllStringSubmatch(string(page), -1) {
		library, name, _ := strings.Cut(m[1], ".")
		if !known[m[1]] && !exported[library][name] {
			t.Errorf("docs/wire.md: no code has the name %q; take it out, or correct it", m[1])
		}
	}
}
