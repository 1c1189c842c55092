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
		"an empty list":                        {wide{ID: "1", Lines: []orderV1{}}, wide{ID: "1"}, true},
		"an empty map":                         {wide{ID: "1", Labels: map[string]string{}}, wide{ID: "1"}, true},
		"a pointer to 0":                       {wide{Amount: new(int)}, wide{}, false},
		"a pointer to false":                   {wide{Flag: new(bool)}, wide{}, false},
		"a pointer to an empty struct":         {wide{Where: &struct{ City string }{}}, wide{}, false},
		"an entry with an empty value":         {wide{Labels: map[string]string{"a": ""}}, wide{}, false},
		"empty values of different names":      {wide{Labels: map[string]string{"a": ""}}, wide{Labels: map[string]string{"b": ""}}, false},
		"an entry with an empty struct":        {wide{ByName: map[string]orderV1{"a": {}}}, wide{}, false},
		"an entry that is nil":                 {wide{ByYear: map[int]*orderV1{7: nil}}, wide{ByYear: map[int]*orderV1{7: {}}}, false},
		"an empty element":                     {wide{Lines: []orderV1{{}}}, wide{}, false},
		"any 0 and none":                       {wide{Any: 0}, wide{}, false},
		"any 0 and an empty text":              {wide{Any: 0}, wide{Any: ""}, false},
		"any false and none":                   {wide{Any: false}, wide{}, false},
		"any empty list and none":              {wide{Any: []any{}}, wide{}, false},
		"any map with an empty entry":          {wide{Any: map[string]any{"a": nil}}, wide{Any: map[string]any{}}, false},
		"a raw 0 and a raw text":               {wide{Raw: json.RawMessage(`0`)}, wide{Raw: json.RawMessage(`""`)}, false},
		"-0":                                   {wide{Ratio: math.Copysign(0, -1)}, wide{}, true},
		"another element of an array":          {wide{Sum: [2]int{0, 1}}, wide{Sum: [2]int{1, 0}}, false},
		"an embedded field":                    {wide{Base: Base{Shared: "a"}}, wide{}, false},
		"an embedded field by a pointer":       {wide{Extra: &Extra{Tip: 1}}, wide{}, false},
		"an embedded struct that is empty":     {wide{Extra: &Extra{}}, wide{}, true},
		"a field of an unexported struct":      {wide{unknown: unknown{true}}, wide{}, false},
		"a field that hides an embedded one":   {wide{ID: "1"}, wide{ID: "2"}, false},
		"a number as a text":                   {wide{Renamed: 1}, wide{}, false},
		"a time":                               {wide{At: time.Unix(0, 0)}, wide{}, false},
		"a field of a struct":                  {wide{Address: struct{ City string }{"Bern"}}, wide{}, false},
		"a field of an element of a list":      {wide{Lines: []orderV1{{"a", 0}}}, wide{Lines: []orderV1{{"", 0}}}, false},
		"an entry by a number, another struct": {wide{ByYear: map[int]*orderV1{7: {"a", 1}}}, wide{ByYear: map[int]*orderV1{7: {"a", 0}}}, false},
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
