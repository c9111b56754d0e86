-- How a model has answered lately is asked by its name and time.
CREATE INDEX "usage_model_at_idx" ON "usage"("model", "at");
