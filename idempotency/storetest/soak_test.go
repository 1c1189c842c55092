package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

func TestSoak(t *testing.T) {
	t.Parallel()
	calls, unknown := Soak{Store: memstore.New(memstore.Options{}), Keys: 300, Seed: 1}.Run(t)
	require.Equal(t, 300*soakWorkers*soakCalls, calls)
	require.Zero(t, unknown)
}

// forgetful is a store that says yes to each Renew.
type forgetful struct{ *memstore.Store }

func (f forgetful) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	_ = f.Store.Renew(ctx, ref, r)
	return nil
}

func TestSoakFindsFaults(t *testing.T) {
	t.Parallel()
	s := Soak{Store: forgetful{memstore.New(memstore.Options{})}, Seed: 1}
	wrong := 0
	for k := range 20 {
		if !explained(s.key(t.Context(), k)) {
			wrong++
		}
	}
	require.Positive(t, wrong)
}

func TestOrders(t *testing.T) {
	t.Parallel()
	running := soakState{state: driver.StateInProgress, owner: 1, fence: 1}
	won := op{verb: "claim", owner: 1, call: 1, end: 2, won: true, seen: running}
	lost := op{verb: "claim", owner: 2, call: 3, end: 4, seen: running}
	for name, tc := range map[string]struct {
		history []op
		want    bool
	}{
		"one is won and the next is not": {history: []op{lost, won}, want: true},
		"a call cannot take effect before it begins": {
			history: []op{won, {verb: "claim", owner: 2, call: 0, end: 0, seen: running}},
		},
		"both are won": {history: []op{won, {verb: "claim", owner: 2, call: 3, end: 4, won: true, seen: running}}},
		"a call of unknown outcome has happened": {
			history: []op{{verb: "claim", owner: 1, call: 1, end: 2, unknown: true}, lost}, want: true,
		},
		"a call of unknown outcome happens later": {
			history: []op{{verb: "get", call: 3, end: 4, answer: "none"}, {verb: "claim", owner: 1, call: 1, end: 2, unknown: true}},
			want:    true,
		},
		"what no one has done is seen": {history: []op{lost}},
		"a call of unknown outcome explains no wrong one": {
			history: []op{{verb: "finish", owner: 1, fence: 1, unknown: true}, lost},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, explained(tc.history))
		})
	}
}
