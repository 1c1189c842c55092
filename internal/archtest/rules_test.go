package archtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

func TestCheckLength(t *testing.T) {
	t.Parallel()
	full := "package signals\n" + strings.Repeat("// Line.\n", 199)
	find(t, map[string]fault{
		"one line too many": {
			planted: files{"signals/a.go": full + "// Line.\n"},
			file:    "signals/a.go", rule: "length: the file has 201 lines, 1 more than 200", mend: "split it by concept",
		},
		"one line too many, without a line end": {
			planted: files{"signals/a_test.go": full + "// Line."},
			file:    "signals/a_test.go", rule: "201 lines", mend: "split it",
		},
		"a long beginning": {
			planted: files{"examples/b/main.go": "package main\n" + strings.Repeat("// Line.\n", 80)},
			file:    "examples/b/main.go", rule: "length: the file has 81 lines, 1 more than 80", mend: "split it by concept",
		},
	})
	t.Run("200 lines are not too many", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{"signals/a.go": full}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

func TestCheckWidth(t *testing.T) {
	t.Parallel()
	wide := "package signals\n\n// " + strings.Repeat("x", 138) + "\n"
	statement := "package signals\n\nvar a = \"" + strings.Repeat("x", 131) + "\"\n"
	find(t, map[string]fault{
		"a line of 141 columns": {
			planted: files{"signals/a.go": wide},
			file:    "signals/a.go:3", rule: "width: the line has over 140 columns", mend: "break it",
		},
		"a line of 141 columns in a test": {
			planted: files{"signals/a_test.go": statement},
			file:    "signals/a_test.go:3", rule: "width: the line has over 140 columns", mend: "break it",
		},
	})
	for name, text := range map[string]string{"signals/a_test.go": wide, "signals/a.go": strings.Replace(wide, "x", "", 1)} {
		found, err := archtest.Check(tree(files{name: text}))
		require.NoError(t, err)
		require.Empty(t, found, name)
	}
}

func TestCheckKits(t *testing.T) {
	t.Parallel()
	faults := map[string]fault{}
	for _, name := range []string{
		"testing", "testing/synctest", "github.com/stretchr/testify/require", "go.temporal.io/sdk/testsuite",
		"pgregory.net/rapid", "go.uber.org/goleak",
	} {
		faults["the library imports "+name] = fault{
			planted: files{"signals/a.go": importing("signals", name)},
			file:    "signals/a.go:3", rule: `kits: "signals" imports "` + name + `" outside a test`, mend: "_test.go",
		}
	}
	faults["an example imports testing"] = fault{
		planted: files{"internal/devserver/a.go": importing("devserver", "testing")},
		file:    "internal/devserver/a.go:3", rule: "outside a test", mend: "name ends in test",
	}
	find(t, faults)
}

func TestCheckDecoding(t *testing.T) {
	t.Parallel()
	faults := map[string]fault{
		"calls Unmarshal": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() { proto.Unmarshal(nil, nil) }\n"},
			file:    "signals/a.go:3", rule: `"signals" calls Unmarshal`, mend: "decode in internal/wire",
		},
		"calls a generic Unmarshal": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() { x.UnmarshalOf[int](nil); g[int, int]()() }\n"},
			file:    "signals/a.go:3", rule: `calls UnmarshalOf`, mend: "decode in internal/wire",
		},
		"calls NewDecoder": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() { codec.NewDecoder(nil) }\n"},
			file:    "signals/a.go:3", rule: `calls NewDecoder`, mend: "the reason in its field decodes",
		},
		"calls FromPayloads where JSON is allowed": {
			planted: files{"approval/approvalhttp/a.go": "package approvalhttp\n\nfunc f() { c.FromPayloads(nil, nil) }\n"},
			file:    "approval/approvalhttp/a.go:3", rule: "only internal/wire takes payloads apart", mend: "converter.RawValue",
		},
		"calls FromPayload": {
			planted: files{"retry/a.go": "package retry\n\nfunc f() {\n\tc.FromPayload(nil, nil)\n}\n"},
			file:    "retry/a.go:4", rule: `decode: "retry" calls FromPayload;`, mend: "a typed refusal",
		},
		"switches workflowcheck off": {
			planted: files{"examples/expense/a_test.go": "package main\n\nfunc f() {\n\t//workflowcheck:ignore\n\tg()\n}\n"},
			file:    "examples/expense/a_test.go:4", rule: `switched off in "examples/expense"`, mend: "make the function deterministic",
		},
		"switches workflowcheck off a second time": {
			planted: files{"internal/wire/encode.go": "package wire\n\nfunc f() {\n\tg() //workflowcheck:ignore\n}\n"},
			file:    "internal/wire/encode.go:4", rule: "a second time, after internal/wire/decode.go:6", mend: "delete the comment",
		},
	}
	faults["uses encoding/json for more than json.RawMessage"] = fault{
		planted: files{"retry/a.go": "package retry\n\nimport \"encoding/json\"\n\nvar T json.RawMessage\n\nvar U, _ = json.Marshal(T)\n"},
		file:    "retry/a.go:3", rule: `decode: "retry" imports "encoding/json"`, mend: "decode in internal/wire",
	}
	for _, name := range []string{
		"encoding/json", "encoding/json/v2", "encoding/gob", "encoding/xml", "google.golang.org/protobuf/encoding/protojson",
	} {
		faults["imports "+name] = fault{
			planted: files{"retry/a.go": importing("retry", name)},
			file:    "retry/a.go:3", rule: `decode: "retry" imports "` + name + `"`, mend: "decode in internal/wire",
		}
	}
	find(t, faults)
	t.Run("the edges may", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"approval/approvalhttp/a.go":           importing("approvalhttp", "encoding/json"),
			"approval/approvaltest/a.go":           importing("approvaltest", "encoding/json"),
			"idempotency/memstore/a.go":            importing("memstore", "encoding/json"),
			"idempotency/storetest/a.go":           importing("storetest", "encoding/json"),
			"internal/historytest/a.go":            importing("historytest", "encoding/json"),
			"internal/testenv/a.go":                importing("testenv", "encoding/json"),
			"retry/a.go":                           "package retry\n\nimport \"encoding/json\"\n\ntype T struct{ Subject json.RawMessage }\n",
			"internal/wire/a.go":                   "package wire\n\nfunc f() { c.FromPayload(nil, nil) }\n",
			"idempotency/redisstore/go.mod":        "module example.com/lib/idempotency/redisstore\n",
			"idempotency/redisstore/redisstore.go": importing("redisstore", "encoding/json"),
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
