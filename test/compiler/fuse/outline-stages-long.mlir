// RUN: dlc-opt %s --dlc-outline-stages | FileCheck %s

// A stage takes in 64 operators at most: the chain of 70 goes on in a second one,
// which reads what the first one wrote.

// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = call @[[FIRST:[a-z0-9_]+]](%{{.*}})
// CHECK-NEXT: %[[B:.*]] = call @[[SECOND:[a-z0-9_]+]](%[[A]])
// CHECK-NEXT: return %[[B]]
// CHECK: func.func private @[[FIRST]](
// CHECK-COUNT-64: nn.relu
// CHECK-NOT: nn.relu
// CHECK: func.func private @[[SECOND]](
// CHECK-COUNT-6: nn.relu
// CHECK-NOT: nn.relu
func.func @main(%v0: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %v1 = nn.relu %v0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v2 = nn.relu %v1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v3 = nn.relu %v2 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v4 = nn.relu %v3 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v5 = nn.relu %v4 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v6 = nn.relu %v5 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v7 = nn.relu %v6 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v8 = nn.relu %v7 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v9 = nn.relu %v8 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v10 = nn.relu %v9 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v11 = nn.relu %v10 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v12 = nn.relu %v11 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v13 = nn.relu %v12 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v14 = nn.relu %v13 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v15 = nn.relu %v14 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v16 = nn.relu %v15 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v17 = nn.relu %v16 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v18 = nn.relu %v17 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v19 = nn.relu %v18 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v20 = nn.relu %v19 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v21 = nn.relu %v20 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v22 = nn.relu %v21 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v23 = nn.relu %v22 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v24 = nn.relu %v23 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v25 = nn.relu %v24 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v26 = nn.relu %v25 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v27 = nn.relu %v26 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v28 = nn.relu %v27 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v29 = nn.relu %v28 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v30 = nn.relu %v29 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v31 = nn.relu %v30 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v32 = nn.relu %v31 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v33 = nn.relu %v32 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v34 = nn.relu %v33 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v35 = nn.relu %v34 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v36 = nn.relu %v35 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v37 = nn.relu %v36 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v38 = nn.relu %v37 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v39 = nn.relu %v38 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v40 = nn.relu %v39 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v41 = nn.relu %v40 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v42 = nn.relu %v41 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v43 = nn.relu %v42 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v44 = nn.relu %v43 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v45 = nn.relu %v44 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v46 = nn.relu %v45 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v47 = nn.relu %v46 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v48 = nn.relu %v47 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v49 = nn.relu %v48 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v50 = nn.relu %v49 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v51 = nn.relu %v50 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v52 = nn.relu %v51 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v53 = nn.relu %v52 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v54 = nn.relu %v53 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v55 = nn.relu %v54 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v56 = nn.relu %v55 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v57 = nn.relu %v56 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v58 = nn.relu %v57 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v59 = nn.relu %v58 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v60 = nn.relu %v59 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v61 = nn.relu %v60 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v62 = nn.relu %v61 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v63 = nn.relu %v62 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v64 = nn.relu %v63 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v65 = nn.relu %v64 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v66 = nn.relu %v65 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v67 = nn.relu %v66 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v68 = nn.relu %v67 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v69 = nn.relu %v68 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v70 = nn.relu %v69 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %v70 : tensor<1x8xf32>
}
