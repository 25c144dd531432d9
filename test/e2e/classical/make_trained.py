#!/usr/bin/env python3
"""Trains the models of trained/ and records what scikit-learn says of samples.

    make_trained.py        needs scikit-learn and skl2onnx (made with 1.9 and 1.20)

Tests run without it: models and results are in the folder.
"""

from pathlib import Path

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import (ExtraTreesClassifier, GradientBoostingClassifier,
                              GradientBoostingRegressor, IsolationForest, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, RobustScaler, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

FOLDER = Path(__file__).with_name("trained")
SAMPLES = 50
FLOWERS = np.array(["setosa", "versicolor", "virginica"])


def models():
    """name: (model, is it of strings, of two classes, a regression, what its second output is)"""
    probability, decision = "predict_proba", "decision_function"
    yield "forest", RandomForestClassifier(10, max_depth=5, random_state=0), "strings", probability
    yield "forest_binary", RandomForestClassifier(8, max_depth=4, random_state=0), "two", probability
    yield "extra_trees", ExtraTreesClassifier(6, max_depth=4, random_state=0), "numbers", probability
    yield "boosting", GradientBoostingClassifier(n_estimators=8, random_state=0), "numbers", probability
    yield "boosting_binary", GradientBoostingClassifier(n_estimators=8, random_state=0), "two", probability
    yield "tree", DecisionTreeClassifier(random_state=0), "strings", probability
    yield "svc_rbf", SVC(), "numbers", decision
    yield "svc_poly", SVC(kernel="poly", degree=3), "strings", decision
    yield "svc_linear", SVC(kernel="linear"), "numbers", decision
    yield "svc_probabilities", SVC(probability=True, random_state=0), "numbers", probability
    yield "svc_two_probabilities", SVC(probability=True, random_state=0), "two", probability
    yield "linear_svc", LinearSVC(), "numbers", decision
    yield "logistic", LogisticRegression(max_iter=1000), "strings", probability
    yield "logistic_binary", LogisticRegression(max_iter=1000), "two", probability
    yield "perceptron", MLPClassifier((8,), random_state=0, max_iter=2000), "numbers", probability
    yield "components", make_pipeline(StandardScaler(), PCA(3), LogisticRegression()), "strings", probability
    yield ("normalised_forest", make_pipeline(MinMaxScaler(), Normalizer(), RandomForestClassifier(
        5, max_depth=4, random_state=0)), "numbers", probability)
    yield ("imputed_tree", make_pipeline(SimpleImputer(), RobustScaler(), DecisionTreeClassifier(
        max_depth=4, random_state=0)), "numbers", probability)
    yield "bayes", GaussianNB(), "numbers", probability
    yield "neighbours", KNeighborsClassifier(3), "numbers", probability
    yield "isolation_forest", IsolationForest(n_estimators=3, random_state=0), "none", decision
    yield "forest_regression", RandomForestRegressor(5, max_depth=5, random_state=0), "regression", None
    yield "boosting_regression", GradientBoostingRegressor(n_estimators=8, random_state=0), "regression", None
    yield "linear_regression", LinearRegression(), "regression", None
    yield "svr", SVR(), "small regression", None


def data(kind):
    x, y = (load_diabetes if "regression" in kind else load_iris)(return_X_y=True)
    x = x.astype(np.float32)
    if kind == "small regression":
        x, y = x[:60], y[:60]
    if kind == "strings":
        y = FLOWERS[y]
    if kind == "two":
        y = (y == 2).astype(np.int64)
    return x, None if kind == "none" else y


def main():
    FOLDER.mkdir(exist_ok=True)
    everything = {}
    for name, model, kind, second in models():
        x, y = data(kind)
        model.fit(x, y)
        x = x[np.random.default_rng(1).permutation(len(x))[:SAMPLES]]
        exported = to_onnx(model, x[:1], target_opset={"": 17, "ai.onnx.ml": 3})
        exported.graph.input[0].type.tensor_type.shape.dim[0].dim_value = SAMPLES
        onnx.save(exported, FOLDER / f"{name}.onnx")
        labels = FLOWERS if kind == "strings" else []
        results = [model.predict(x)]
        if second:
            results.append(np.asarray(getattr(model, second)(x), np.float32))
        if "regression" in kind:
            results = [results[0].astype(np.float32).reshape(-1, 1)]
        if kind == "none":  # a column of each
            results = [one.reshape(-1, 1) for one in results]
        recorded = {f"output_{i}": result for i, result in enumerate(results)}
        recorded |= {"x": x, "labels": np.array(labels, str)}
        everything |= {f"{name}.{key}": value for key, value in recorded.items()}
    np.savez_compressed(FOLDER / "recorded.npz", **everything)


if __name__ == "__main__":
    main()
