package protocol_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

var ann = policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"}

func TestDecisionsAreNamedByActorAndID(t *testing.T) {
	t.Parallel()
	want := protocol.Decision{Actor: "ann", ID: "1"}
	require.Equal(t, want, protocol.Vote{ID: "1", Actor: ann}.Decision())
	require.Equal(t, want, protocol.Change{ID: "1", Actor: ann}.Decision())
}

func TestInvalidMessagesHaveReasons(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*protocol.ChangeForm)
		gate string
		want protocol.Reason
	}{
		"an empty gate ID":             {func(*protocol.ChangeForm) {}, "", protocol.Malformed},
		"a decision ID of 201 bytes":   {func(c *protocol.ChangeForm) { c.ID = strings.Repeat("x", 201) }, "g", protocol.Malformed},
		"an actor without an ID":       {func(c *protocol.ChangeForm) { c.Actor.ID = "" }, "g", protocol.Malformed},
		"a comment that is not UTF-8":  {func(c *protocol.ChangeForm) { c.Comment = "\xff" }, "g", protocol.Malformed},
		"a comment of 5 KB":            {func(c *protocol.ChangeForm) { c.Comment = strings.Repeat("x", 5<<10) }, "g", protocol.TooLarge},
		"an extension by nothing":      {func(c *protocol.ChangeForm) { c.By = 0 }, "g", protocol.Malformed},
		"a subject that is not JSON":   {func(c *protocol.ChangeForm) { c.Subject = func() {} }, "g", protocol.Malformed},
		"a subject of bytes":           {func(c *protocol.ChangeForm) { c.Subject = []byte("x") }, "g", protocol.Malformed},
		"a subject of 300 KB":          {func(c *protocol.ChangeForm) { c.Subject = strings.Repeat("x", 300<<10) }, "g", protocol.Malformed},
		"a subject that is not UTF-8":  {func(c *protocol.ChangeForm) { c.Subject = "\xff" }, "g", protocol.Malformed},
		"a subject that panics in Go":  {func(c *protocol.ChangeForm) { c.Subject = panics{} }, "g", protocol.Malformed},
		"a change of more than 256 KB": {func(c *protocol.ChangeForm) { c.Subject = strings.Repeat("x", 256<<10-10) }, "g", protocol.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := protocol.ChangeForm{ID: "1", Actor: ann, Kind: string(protocol.ChangeExtend), By: time.Hour}
			c.edit(&form)
			m, err := form.Change(c.gate)
			if err == nil {
				_, err = m.Encode("")
			}
			got, ok := apperr.ReasonOf[protocol.Reason](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, c.want, got)
		})
	}
	require.Error(t, protocol.Change{Gate: "g", ID: "1", Actor: ann, Kind: protocol.ChangeReassign}.Check())
}

type panics struct{}

func (panics) MarshalJSON() ([]byte, error) { panic("no") } //archtest:panic a user's mistake is what is tested

func TestTextLeavesOutTheSubject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ message, want string }{
		"a gate":                   {protocol.Message(protocol.Refuse(nil, protocol.NotOpen, `a": b`, "try later")), "try later"},
		"no gate":                  {protocol.Message(protocol.Refuse(nil, protocol.Malformed, "", "send an ID")), "send an ID"},
		"a message of another":     {"connection refused", "connection refused"},
		"an error without message": {protocol.Message(errors.New("no")), "no"},
		"a gate without quotes":    {"approval: gate: no", "gate: no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, protocol.Text(c.message))
		})
	}
	require.EqualError(t, errors.Unwrap(protocol.RefuseAgain(protocol.NotOpen, "m")), "approval.NotOpen")
}

func TestReceiptOfRepeatedDecision(t *testing.T) {
	t.Parallel()
	kept := protocol.KeptReceipt{Receipt: protocol.Receipt{Gate: "g", ID: "1"}, Content: "c"}
	first, err := kept.Again("c")
	require.NoError(t, err)
	require.Equal(t, kept.Receipt, first)
	_, err = kept.Again("d")
	require.ErrorIs(t, err, protocol.KeyReused)

	first, ok := protocol.FirstReceipt(protocol.Refuse(nil, protocol.Duplicate, "g", "counted", kept.Receipt))
	require.True(t, ok)
	require.Equal(t, kept.Receipt, first)
	_, ok = protocol.FirstReceipt(err)
	require.False(t, ok)
}

func TestSubjectKeepsItsEncoding(t *testing.T) {
	t.Parallel()
	s, err := protocol.NewSubject(map[string]int{"euros": 7})
	require.NoError(t, err)
	require.JSONEq(t, `{"euros":7}`, string(s.Raw().Payload().GetData()))
	require.NotEqual(t, s.Digest(), s.With([]byte(`{"euros":8}`)).Digest())
	pb := protocol.Subject{Encoding: "json/protobuf", Data: []byte(`{}`)}
	require.Equal(t, "json/protobuf", string(pb.With([]byte(`{"a":1}`)).Raw().Payload().GetMetadata()["encoding"]))
	none, err := protocol.NewSubject(nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestTagsHideNames(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`^[a-z0-9]+$`)
	require.Regexp(t, word, protocol.UserTag("Ann/é"))
	require.NotEqual(t, protocol.UserTag("ann")[1:], protocol.GroupTag("ann")[1:])
	require.Equal(t, []string{"b", "a"}, protocol.RelevantGroups([]string{"x", "b", "a", "b"}, []string{"a", "b", "c"}))
}
