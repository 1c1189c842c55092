package idempotency_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

type (
	wide struct {
		Base
		*Extra
		unknown

		ID      string
		Amount  *int
		Flag    *bool
		Labels  map[string]string
		Lines   []orderV1
		ByName  map[string]orderV1
		ByYear  map[int]*orderV1
		Any     any
		Ratio   float64
		At      time.Time
		Raw     json.RawMessage
		Address struct{ City string }
		Where   *struct{ City string }
		Sum     [2]int
		Renamed int `json:"renamed,string"`
	}
	Base    struct{ Shared, ID string } // ID is hidden by that of wide
	Extra   struct{ Tip int }
	unknown struct{ Known bool }
)

// same reports whether b is the request that a was, under one key.
func same[T any](t *testing.T, a, b T) bool {
	t.Helper()
	kit := idempotencytest.New()
	fn := idempotency.Wrap(kit.Guard, func(context.Context, T) (string, error) { return "", nil }, idempotency.ActivityOptions{Key: byName})
	_, err := kit.Attempt(fn, a)
	require.NoError(t, err)
	_, err = kit.Attempt(fn, b)
	if err != nil {
		require.Equal(t, idempotency.ReasonMismatch, reasonOf(err), "%v", err)
	}
	return err == nil
}

// Only fields of structs that are empty are absent; all else that is empty is data.
func TestOnlyEmptyFieldsAreAbsent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b wide
		same bool
	}{
		"an empty list":                {a: wide{ID: "1", Lines: []orderV1{}}, b: wide{ID: "1"}, same: true},
		"an empty map":                 {a: wide{ID: "1", Labels: map[string]string{}}, b: wide{ID: "1"}, same: true},
		"a pointer to 0":               {a: wide{Amount: new(int)}, b: wide{}},
		"a pointer to false":           {a: wide{Flag: new(bool)}, b: wide{}},
		"a pointer to an empty struct": {a: wide{Where: &struct{ City string }{}}, b: wide{}},
		"an entry with an empty value": {a: wide{Labels: map[string]string{"a": ""}}, b: wide{}},
		"empty values of different names": {
			a: wide{Labels: map[string]string{"a": ""}}, b: wide{Labels: map[string]string{"b": ""}},
		},
		"an entry with an empty struct": {a: wide{ByName: map[string]orderV1{"a": {}}}, b: wide{}},
		"an entry that is nil": {
			a: wide{ByYear: map[int]*orderV1{7: nil}}, b: wide{ByYear: map[int]*orderV1{7: {}}},
		},
		"an empty element":                   {a: wide{Lines: []orderV1{{}}}, b: wide{}},
		"any 0 and none":                     {a: wide{Any: 0}, b: wide{}},
		"any 0 and an empty text":            {a: wide{Any: 0}, b: wide{Any: ""}},
		"any false and none":                 {a: wide{Any: false}, b: wide{}},
		"any empty list and none":            {a: wide{Any: []any{}}, b: wide{}},
		"any map with an empty entry":        {a: wide{Any: map[string]any{"a": nil}}, b: wide{Any: map[string]any{}}},
		"a raw 0 and a raw text":             {a: wide{Raw: json.RawMessage(`0`)}, b: wide{Raw: json.RawMessage(`""`)}},
		"-0":                                 {a: wide{Ratio: math.Copysign(0, -1)}, b: wide{}, same: true},
		"another element of an array":        {a: wide{Sum: [2]int{0, 1}}, b: wide{Sum: [2]int{1, 0}}},
		"an embedded field":                  {a: wide{Base: Base{Shared: "a"}}, b: wide{}},
		"an embedded field by a pointer":     {a: wide{Extra: &Extra{Tip: 1}}, b: wide{}},
		"an embedded struct that is empty":   {a: wide{Extra: &Extra{}}, b: wide{}, same: true},
		"a field of an unexported struct":    {a: wide{unknown: unknown{true}}, b: wide{}},
		"a field that hides an embedded one": {a: wide{ID: "1"}, b: wide{ID: "2"}},
		"a number as a text":                 {a: wide{Renamed: 1}, b: wide{}},
		"a time":                             {a: wide{At: time.Unix(0, 0)}, b: wide{}},
		"a field of a struct":                {a: wide{Address: struct{ City string }{"Bern"}}, b: wide{}},
		"a field of an element of a list":    {a: wide{Lines: []orderV1{{"a", 0}}}, b: wide{Lines: []orderV1{{"", 0}}}},
		"an entry by a number, another struct": {
			a: wide{ByYear: map[int]*orderV1{7: {"a", 1}}}, b: wide{ByYear: map[int]*orderV1{7: {"a", 0}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.same, same(t, c.a, c.b))
			require.True(t, same(t, c.a, c.a))
		})
	}
	require.False(t, same[any](t, 0, ""), "the argument itself")
	require.False(t, same[any](t, false, nil))
	require.False(t, same(t, new(int), nil))
	require.False(t, same(t, map[string]int{"a": 0}, map[string]int{}))
}

// Fields that a type gets are absent wherever the struct stands: in lists, in maps and
// behind pointers, and whatever their type says about its encoding.
func TestNewEmptyFieldsKeepNestedRequest(t *testing.T) {
	t.Parallel()
	type v2 struct {
		*Extra
		orderV1

		At   time.Time
		Raw  json.RawMessage
		Next *v2Next
		Sum  [2]int
		Kept bool `json:"kept,string"`
	}
	g, line := newGuard(nil), orderV1{"o-1", 500}
	type request[L any] struct {
		Lines  []L
		ByName map[string]L
		ByYear map[int]*L
	}
	_, err := schedule(t, g, request[orderV1]{[]orderV1{line, {}}, map[string]orderV1{"a": line}, map[int]*orderV1{7: &line}},
		returns[request[orderV1]]("receipt 1", nil))
	require.NoError(t, err)
	got, err := schedule(t, g, request[orderV1]{[]orderV1{line, {}}, map[string]orderV1{"a": line}, map[int]*orderV1{7: &line}},
		returns[request[v2]]("receipt 2", nil))
	require.NoError(t, err)
	require.Equal(t, "receipt 1", got)
}

type v2Next struct{ ID string }

// No bytes are one payload, nil or not: they are nil the first time, too.
func TestEmptyBytesAreNilInFirstRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]converter.DataConverter{
		"plain":     converter.GetDefaultDataConverter(),
		"encrypted": converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), scrambled{new(byte)}),
	} {
		for _, want := range [][]byte{nil, {}, []byte("a")} {
			g := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: c})
			read := func(context.Context) ([]byte, error) { return bytes.Clone(want), nil }
			for range 2 {
				got, err := idempotency.Do(t.Context(), g, "read", "k", func(ctx context.Context) ([]byte, error) {
					part, err := idempotency.Step(ctx, "part", read)
					require.NoError(t, err, name)
					require.Equal(t, len(want) == 0, part == nil, name)
					return read(ctx)
				}, idempotency.ActivityOptions{})
				require.NoError(t, err, name)
				require.Equal(t, len(want) == 0, got == nil, name)
				require.Equal(t, string(want), string(got), name)
			}
		}
	}
}

// With the same types, a pointer to zero is another request than none.
func TestZeroValueDiffersFromNil(t *testing.T) {
	t.Parallel()
	type limits struct {
		Cents *int `json:"cents,omitempty"`
		Final *bool
		Tags  []string
	}
	for name, c := range map[string]struct {
		a, b limits
		same bool
	}{
		"a number":      {a: limits{Cents: new(int)}, b: limits{}},
		"a truth value": {a: limits{Final: new(bool)}, b: limits{}},
		"an empty list": {a: limits{Tags: []string{}}, b: limits{}, same: true},
	} {
		g := newGuard(nil)
		_, err := schedule(t, g, c.a, returns[limits]("receipt", nil))
		require.NoError(t, err)
		_, err = schedule(t, g, c.b, returns[limits]("", nil))
		require.Equal(t, c.same, err == nil, "%s: %v", name, err)
	}
}
