package approvalhttp_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A key that was used for one change, or for one decision, is refused for another,
// which does not happen, although the server knows the update by then.
func TestAKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	const id = "one-key"
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	start(t, c, t.Name(), id, Order{Gates: 1, Group: "g"})
	post := func(path, more string) (int, string) {
		return s.send("bob", "g", http.MethodPost, path, "application/json", `{"workflow":"`+id+`","gate":"`+gateID(0)+`",`+more+`}`,
			"Idempotency-Key", "k"+path)
	}
	for path, requests := range map[string][]string{
		"/change": {`"kind":"extend","by":"1m"`, `"kind":"withdraw"`, `"kind":"extend","by":"2m"`},
		"/decide": {
			`"choice":"approve"`, `"choice":"reject"`, `"choice":"approve","comment":"only below 100"`,
			`"choice":"approve","digest":"another"`,
		},
	} {
		status, first := post(path, requests[0])
		require.Equal(t, http.StatusOK, status, first)
		for _, other := range requests[1:] {
			status, answer := post(path, other)
			require.Equal(t, http.StatusConflict, status, answer)
			require.Contains(t, answer, `"code":"KeyReused"`)
		}
		status, again := post(path, requests[0])
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, first, again)
	}
	gate := s.gate("ann", "g", id, gateID(0))
	require.Equal(t, policy.StateOpen, gate.State)
	require.Equal(t, 1, gate.Approvals)
	require.Equal(t, time.Hour+time.Minute, gate.Deadline.Sub(gate.Opened).Round(time.Second))
}

// While workers are down, two decisions by one link are both kept, which the page says.
// The first one counts.
func TestALinkUsedTwiceWithoutAWorker(t *testing.T) {
	t.Parallel()
	const id = "two-choices"
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	stop := startWorker(t, c, t.Name())
	start(t, c, t.Name(), id, Order{Gates: 1, Group: "g"})
	link := s.token(id, "u-bob", "g", s.gate("ann", "g", id, gateID(0)))
	stop()
	for _, choice := range []policy.Choice{policy.ChoiceApprove, policy.ChoiceReject} {
		status, answer := s.use(link, choice)
		require.Equal(t, http.StatusAccepted, status, answer)
		require.Contains(t, answer, "If you sent more than one by this link, the first one counts")
	}
	startWorker(t, c, t.Name())
	s.untilShown(id, "g")
	gate := s.gate("ann", "g", id, gateID(0))
	require.Equal(t, policy.StateOpen, gate.State)
	require.Equal(t, 1, gate.Approvals)
	status, answer := s.use(link, policy.ChoiceReject)
	require.Equal(t, http.StatusConflict, status, answer)
}
