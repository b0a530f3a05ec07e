"""Opens projects with QGIS itself and tells what it finds; run by QGIS's own Python, without a screen.

python3 qgis_reader.py REQUEST.json: a list of {"project": FILE, "pictures": FOLDER, "themes": [..] or null, "alone": [..],
"layout": NAME or null, "width": px}. Prints a JSON list: title, crs, language, layers, themes, layouts, pictures.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def told(layer, node):
    about = {
        "name": layer.name(),
        "valid": layer.isValid(),
        "source": layer.source(),
        "crs": layer.crs().authid(),
        "abstract": layer.metadata().abstract(),
        "rights": layer.metadata().rights(),
        "language": layer.metadata().language(),
        "seen": bool(node and node.isVisible()),
    }
    if isinstance(layer, QgsVectorLayer):
        about |= {
            "features": sum(1 for _ in layer.getFeatures()),
            "legend": {
                item.label(): item.symbol().color().name() for item in layer.renderer().legendSymbolItems() if item.symbol()
            },
            "labels": layer.labelsEnabled(),
            "undrawn": undrawn(layer),
            "aliases": {field.name(): field.alias() for field in layer.fields()},
            "opacity": layer.opacity(),
        }
    return about


def legend(layer):
    items = layer.renderer().legendSymbolItems()
    return {item.label(): item.symbol().color().name() for item in items if item.symbol()}


def undrawn(layer):
    """Features that no class takes."""
    renderer = layer.renderer().clone()
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer.startRender(context, layer.fields())
    lost = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        lost += not renderer.willRenderFeature(feature, context)
    renderer.stopRender(context)
    return lost


def draw(project, layers, path, width, extent=None):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setExtent(extent or project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(width, width * 3 // 4))
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputDpi(96)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))
    view = settings.visibleExtent()
    return {
        "file": str(path),
        "errors": [error.message for error in job.errors()],
        "extent": [view.xMinimum(), view.yMinimum(), view.xMaximum(), view.yMaximum()],
    }


def opened(request):
    project = QgsProject.instance()
    project.clear()
    if not project.read(request["project"]):
        return {"error": project.error()}
    root, folder = project.layerTreeRoot(), Path(request["pictures"])
    collection = project.mapThemeCollection()
    answer = {
        "title": project.title(),
        "crs": project.crs().authid(),
        "language": project.metadata().language(),
        "themes": collection.mapThemes(),
        "layouts": [layout.name() for layout in project.layoutManager().printLayouts()],
        "groups": [group.name() for group in root.findGroups()],
        "layers": {key: told(layer, root.findLayer(key)) for key, layer in project.mapLayers().items()},
        "pictures": {},
    }
    width = request.get("width", 800)
    view = project.viewSettings().defaultViewExtent()
    for at, theme in enumerate(request.get("themes") or []):
        answer["pictures"][theme] = draw(project, collection.mapThemeVisibleLayers(theme), folder / f"theme{at}.png", width, view)
    for key in request.get("alone") or []:
        layer = project.mapLayer(key)
        answer["pictures"][key] = draw(project, [layer], folder / f"{key}.png", width, layer.extent().buffered(1))
    if request.get("apply"):
        from qgis.core import QgsLayerTreeModel  # noqa: PLC0415

        collection.applyTheme(request["apply"], root, QgsLayerTreeModel(root))
        answer["applied"] = [layer.id() for layer in root.checkedLayers()]
    if request.get("layout"):
        layout = project.layoutManager().layoutByName(request["layout"])
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = request.get("dpi", 96)
        answer["exported"] = QgsLayoutExporter(layout).exportToImage(str(folder / "layout.png"), settings)
        answer["follows"] = [item.followVisibilityPresetName() for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    return answer


def main():
    requests = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], GUIenabled=False)
    application.initQgis()
    answers = [opened(request) for request in requests]
    QgsProject.instance().clear()
    sys.stdout.write("\n@@" + json.dumps(answers, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    application.exitQgis()


if __name__ == "__main__":
    main()
