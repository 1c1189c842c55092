package approvalhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDecideMany(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
		o.Authorize = func(_ *http.Request, _ policy.Actor, _ approvalclient.Ref, gate string) bool {
			return gate != "secret"
		}
	})
	body := `{"choice":"approve","comment":"all fine","gates":[` +
		`{"workflow":"expense/7 %41","gate":"secret"},{` + thisGate + `,"round":1,"digest":"d1"},{"workflow":"gone","gate":"g"},` +
		`{` + thisGate + `,"round":2}]}`
	a := s.post("ann", "/decide-many", body, map[string]string{"Idempotency-Key": "k"})
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Contains(
		t,
		a.body,
		`{"id":"k","results":[{"workflow":"expense/7 %41","gate":"secret","status":404,"problem":{"status":404,"code":"Unknown",`+
			`"detail":"there is no such gate, or it is not for you`,
	)
	require.Contains(t, a.body, `"gate":"pay out/1%2F","status":200,"receipt":{`)
	require.Contains(t, a.body, `{"workflow":"gone","gate":"g","status":404,"problem":`)
	require.Equal(t, 1, s.fake.tally.Approvals())

	for name, bad := range map[string]string{
		"there are 0 gates":           `{"choice":"approve","gates":[]}`,
		"there are 201 gates":         `{"choice":"approve","gates":[` + strings.Repeat(`{`+thisGate+`},`, 200) + `{` + thisGate + `}]}`,
		"the workflow ID has 0 bytes": `{"choice":"approve","gates":[{` + thisGate + `},{"gate":"g"}]}`,
	} {
		p := s.post("bob", "/decide-many", bad).problem(t)
		require.Equal(t, http.StatusBadRequest, p.Status)
		require.Contains(t, p.Detail, name)
	}
	require.Equal(t, 1, s.fake.tally.Approvals(), "nothing of a list that cannot be read is sent")
}
