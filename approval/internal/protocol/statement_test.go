package protocol_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Each field on the wire, at every depth, changes what is signed: no one can add to
// a signed vote or change, nor take from it.
func TestEveryFieldIsSigned(t *testing.T) {
	t.Parallel()
	changed := 0
	var alter func(name string, v reflect.Value, differs func(string))
	alter = func(name string, v reflect.Value, differs func(string)) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && name+f.Name != ".V" && name+f.Name != ".Proof" {
					alter(name+f.Name+".", v.Field(i), differs)
				}
			}
			return
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			differs(name)
			alter(name, v.Elem(), func(string) { differs(name) })
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int, reflect.Int64:
			v.SetInt(7)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		default:
			require.Fail(t, "no such field is altered here", "%s: %s", name, v.Kind())
		}
		differs(name)
		changed++
		v.Set(old)
	}
	at := protocol.Place{Namespace: "n", WorkflowID: "w", FirstRunID: "r"}
	var vote protocol.Vote
	alter(".", reflect.ValueOf(&vote).Elem(), func(name string) {
		require.NotEqual(t, protocol.Vote{}.Statement(at), vote.Statement(at), name)
	})
	var c protocol.Change
	alter(".", reflect.ValueOf(&c).Elem(), func(name string) {
		require.NotEqual(t, protocol.Change{}.Statement(at), c.Statement(at), name)
		if r := c.Reassignment; r != nil && !reflect.ValueOf(*r).IsZero() {
			empty := c
			empty.Reassignment = new(policy.Escalation)
			require.NotEqual(t, empty.Statement(at), c.Statement(at), name)
		}
	})
	require.Greater(t, changed, 20)
}
