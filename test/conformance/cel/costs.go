// Reads {schema, value, rules}, any number of them, and writes, for each rule that can be asked, what a kube-apiserver counts
// for it, a line each: [rule, cost, estimated cost, how often it may be asked, what is said]. It is built within Kubernetes' own source, as cmd/celcost/main.go, and asked by
// recordCosts.ts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/google/cel-go/common/types"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	celschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apiserver/pkg/cel/environment"
)

type input struct {
	Schema json.RawMessage `json:"schema"`
	Value  json.RawMessage `json:"value"`
	Rules  []string        `json:"rules"`
}

func main() {
	read := json.NewDecoder(os.Stdin)
	for read.More() {
		var in input
		if err := read.Decode(&in); err != nil {
			panic(err)
		}
		count(in)
	}
}

func count(in input) {
	var v1 apiextv1.JSONSchemaProps
	if err := json.Unmarshal(in.Schema, &v1); err != nil {
		panic(err)
	}
	var internal apiextensions.JSONSchemaProps
	if err := apiextv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &internal, nil); err != nil {
		panic(err)
	}
	sts, err := schema.NewStructural(&internal)
	if err != nil {
		panic(err)
	}
	var obj interface{}
	if err := utiljson.Unmarshal(in.Value, &obj); err != nil {
		panic(err)
	}
	decl := model.SchemaDeclType(sts, false)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, rule := range in.Rules {
		s := *sts
		s.XValidations = apiextv1.ValidationRules{{Rule: rule}}
		got := func() (res []interface{}) {
			defer func() {
				if e := recover(); e != nil {
					res = []interface{}{rule, "panic", fmt.Sprint(e)}
				}
			}()
			rs, err := celschema.Compile(&s, decl, math.MaxInt64, environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()), celschema.StoredExpressionsEnvLoader())
			if err != nil {
				return []interface{}{rule, "error", err.Error()}
			}
			r := rs[0]
			if r.Program == nil {
				return []interface{}{rule, "compile"}
			}
			val := celschema.UnstructuredToVal(obj, sts)
			res0, det, err := r.Program.ContextEval(context.Background(), map[string]interface{}{"self": val})
			said := ""
			if err != nil {
				said = err.Error()
			} else if res0 != types.True {
				said = "false"
			}
			return []interface{}{rule, *det.ActualCost(), r.MaxCost, r.MaxCardinality, said}
		}()
		_ = out.Encode(got)
	}
}
