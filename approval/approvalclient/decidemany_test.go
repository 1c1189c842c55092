package approvalclient_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

func targets(n int) []approvalclient.Target {
	all := make([]approvalclient.Target, n)
	for i := range all {
		all[i] = approvalclient.Target{Ref: approvalclient.Ref{WorkflowID: fmt.Sprint(i)}, Gate: "expense"}
	}
	return all
}

func TestDecideMany(t *testing.T) {
	t.Parallel()

	t.Run("eight votes are on their way at a time", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			c := &counter{each: func(context.Context, string) error {
				<-release
				return nil
			}}
			people := newClient(t, c, approvalclient.Options{})
			go people.DecideMany(t.Context(), targets(100), good)
			synctest.Wait()
			require.EqualValues(t, 8, c.calls.Load())
			close(release)
			synctest.Wait()
			require.EqualValues(t, 100, c.calls.Load())
		})
	})

	t.Run("nothing is sent when the context has ended", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := &counter{}
		for _, d := range newClient(t, c, approvalclient.Options{}).DecideMany(ctx, targets(100), good) {
			require.ErrorIs(t, d.Err, approvalclient.ReasonNotSent)
		}
		require.Zero(t, c.calls.Load())
	})

	t.Run("the results are in the order of the targets", func(t *testing.T) {
		t.Parallel()
		c := &counter{each: func(_ context.Context, id string) error {
			if id == "7" {
				return refused("approval.Stale")
			}
			return nil
		}}
		got := newClient(t, c, approvalclient.Options{}).DecideMany(t.Context(), targets(100), good)
		require.Len(t, got, 100)
		for i, d := range got {
			require.Equal(t, targets(100)[i], d.Target)
			if i == 7 {
				require.ErrorIs(t, d.Err, approval.ReasonStale)
				continue
			}
			require.NoError(t, d.Err)
			require.Equal(t, fmt.Sprint(i), d.Receipt.Gate)
		}
	})

	t.Run("the same key again counts once", func(t *testing.T) {
		t.Parallel()
		c := &counter{}
		many := newClient(t, c, approvalclient.Options{})
		first := many.DecideMany(t.Context(), targets(20), good)
		twice := many.DecideMany(t.Context(), append(targets(20), targets(20)...), good)
		require.Equal(t, append(first, first...), twice)
		require.Len(t, c.receipts, 20)
		other := good
		other.ID = "2"
		many.DecideMany(t.Context(), targets(20), other)
		require.Len(t, c.receipts, 40)
	})

	t.Run("a vote without round and digest gets those of its target", func(t *testing.T) {
		t.Parallel()
		c := &counter{}
		all := targets(2)
		all[0].Round, all[0].Digest, all[0].For = 3, "d3", "bob"
		many := newClient(t, c, approvalclient.Options{})
		many.DecideMany(t.Context(), all, good)
		require.JSONEq(t, `{"v":1,"gate":"expense","id":"1","actor":{"id":"ann","groups":["finance"],"auth":"test"},"choice":"approve",
			"round":3,"digest":"d3","for":"bob"}`, c.sent["0"])
		require.JSONEq(t, `{"v":1,"gate":"expense","id":"1","actor":{"id":"ann","groups":["finance"],"auth":"test"},"choice":"approve"}`,
			c.sent["1"])
		own := good
		own.ID, own.Round, own.Digest, own.For = "2", 4, "d4", "dan"
		many.DecideMany(t.Context(), all, own)
		require.JSONEq(t, `{"v":1,"gate":"expense","id":"2","actor":{"id":"ann","groups":["finance"],"auth":"test"},"choice":"approve",
			"round":4,"digest":"d4","for":"dan"}`, c.sent["0"])
	})

	t.Run("a vote without an ID gets one for all", func(t *testing.T) {
		t.Parallel()
		c := &counter{}
		v := good
		v.ID = ""
		newClient(t, c, approvalclient.Options{}).DecideMany(t.Context(), targets(3), v)
		ids := map[string]bool{}
		for _, sent := range c.sent {
			var m struct{ ID string }
			require.NoError(t, json.Unmarshal([]byte(sent), &m))
			require.GreaterOrEqual(t, len(m.ID), 20)
			ids[m.ID] = true
		}
		require.Len(t, ids, 1)
	})

	t.Run("what is not sent when the context ends is NotSent", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		c := &counter{each: func(ctx context.Context, id string) error {
			n, err := strconv.Atoi(id)
			if n == 20 {
				cancel()
			}
			if n >= 20 {
				<-ctx.Done()
				return errors.New("who knows")
			}
			return err
		}}
		got := newClient(t, c, approvalclient.Options{UpdateTimeout: time.Minute}).DecideMany(ctx, targets(100), good)
		require.Error(t, got[20].Err)
		require.NotErrorIs(t, got[20].Err, approvalclient.ReasonNotSent, "it was sent, and its outcome is unknown")
		notSent := 0
		for _, d := range got {
			if errors.Is(d.Err, approvalclient.ReasonNotSent) {
				notSent++
			}
		}
		require.GreaterOrEqual(t, notSent, 100-20-8)
		require.Equal(t, 100, notSent+int(c.calls.Load()), "those that were not sent, and no others")
		require.ErrorIs(t, got[99].Err, approvalclient.ReasonNotSent)
		require.ErrorContains(t, got[99].Err, "send it again with the same ID")
		cancel()
	})

	t.Run("no targets have no results", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, newClient(t, &counter{}, approvalclient.Options{}).DecideMany(t.Context(), nil, good))
	})
}

// A gate that is in the list twice gets one vote, always that of its first item, and
// no second receipt.
func TestDecideManyWithDuplicateTargets(t *testing.T) {
	t.Parallel()
	for range 20 {
		c := &counter{}
		list := targets(3)
		again, forBob, round := list[1], list[1], list[1]
		forBob.For, round.Round = "bob", 7
		list = append(list, again, forBob, round)
		got := newClient(t, c, approvalclient.Options{}).DecideMany(t.Context(), list, good)
		require.NoError(t, got[1].Err)
		require.Equal(t, got[1], got[3], "the same again has the same answer")
		for _, d := range got[4:] {
			require.ErrorIs(t, d.Err, approval.ReasonKeyReused)
			require.Empty(t, d.Receipt)
			require.Equal(t, list[1].Ref, d.Target.Ref)
		}
		require.NotContains(t, c.sent[list[1].Ref.WorkflowID], "bob")
		require.EqualValues(t, 3, c.calls.Load())
	}
}
