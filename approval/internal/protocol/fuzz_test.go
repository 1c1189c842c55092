package protocol_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// raw is what comes over the wire.
func raw(data string) converter.RawValue { return wire.FromJSON([]byte(data)) }

// sentAgain is m as another person would read it.
func sentAgain[T any](t *testing.T, m T) converter.RawValue {
	t.Helper()
	payload, err := wire.Payload(m)
	require.NoError(t, err)
	return converter.NewRawValue(payload)
}

// Whatever is sent as a vote or a change, nothing panics: it is a refusal with a
// reason, or it is read the same when it is written again.
func FuzzVote(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `{"v":1}`, `{"v":2,"gate":"g"}`, `{"v":1,"gate":"g","id":"1","choice":"approve","actor":{"id":"ann","auth":"x"}}`,
		`{"v":1,"gate":"g","id":"1","choice":"approve","actor":{"id":"ann","groups":["a","b"],"auth":"x"},"subject":{"n":1},"round":2,` +
			`"digest":"d","for":"bob"}`,
		`{"v":1,"gate":"g","id":"1","choice":"reject","reason":"price","comment":"\u0000","actor":{"id":"ann","auth":"x"},"proof":"1.k.2.x"}`,
		`{"v":1,"gate":"g","id":"1","kind":"extend","by":"1h","actor":{"id":"ann","auth":"x"}}`, `{"v":1,"v":1}`,
		`{"v":1,"gate":"g","edited":"x"}`,
		`{"v":1,"gate":"g","id":"1","kind":"reassign","reassignment":{"to":{"users":["zoe"]},"replace":true},"actor":{"id":"ann","auth":"x"}}`,
	} {
		f.Add(seed)
	}
	at := protocol.Place{Namespace: "n", WorkflowID: "w", FirstRunID: "r"}
	f.Fuzz(func(t *testing.T, data string) {
		if m, err := protocol.ReadVote(raw(data)); err != nil {
			requireRefusal(t, err)
			require.Less(t, len(err.Error()), 1000)
		} else {
			again, err := protocol.ReadVote(sentAgain(t, m))
			require.NoError(t, err)
			require.Equal(t, m.Statement(at), again.Statement(at))
			require.Equal(t, m.Content(), again.Content())
		}
		if m, err := protocol.ReadChange(raw(data)); err != nil {
			requireRefusal(t, err)
		} else {
			again, err := protocol.ReadChange(sentAgain(t, m))
			require.NoError(t, err)
			require.Equal(t, m.Statement(at), again.Statement(at))
			require.Equal(t, m.Content(), again.Content())
		}
	})
}

// No text but the one that the key has made is a proof, and that one of nothing
// else.
func FuzzProof(f *testing.F) {
	key, err := approvalkey.NewHMACKey("k", []byte("a secret of the tests, and of no one else"))
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2030, 1, 7, 9, 0, 0, 0, time.UTC)
	message := signed("wf", "vote")
	good, err := protocol.Sign(key, message, now.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"", ".", "...", "1.k.1.", good, good + "=", good + "\n", good[:len(good)-1] + string(good[len(good)-1]+1),
		"1.k.99999999999999999999." + good[len(good)-43:], "2" + good[1:],
	} {
		f.Add(seed, "wf", "vote")
	}
	f.Add(good, "w", "fvote")
	f.Fuzz(func(t *testing.T, proof, workflowID, part string) {
		err := protocol.Verify([]approvalkey.Key{key}, signed(workflowID, part), proof, now)
		if workflowID == "wf" && part == "vote" && proof == good {
			require.NoError(t, err)
			return
		}
		require.Error(t, err, "%q proves %q of %q", proof, part, workflowID)
		require.NotContains(t, err.Error(), good[len(good)-43:])
	})
}

// signed returns the statement of a vote with that comment on a gate of that workflow.
func signed(workflowID, comment string) protocol.Statement {
	v := protocol.Vote{Gate: "g", ID: "1", Comment: comment}
	return v.Statement(protocol.Place{Namespace: "ns", WorkflowID: workflowID, FirstRunID: "run"})
}

// requireRefusal requires that err has a reason.
func requireRefusal(t require.TestingT, err error) {
	_, ok := apperr.ReasonOf[protocol.Reason](err)
	require.True(t, ok, "%v", err)
}
